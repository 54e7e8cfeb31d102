#include <catch2/catch.hpp>

#include "board/pages.h"

using namespace ordertrace;

TEST_CASE("language_from takes the language that is wanted more") {
    struct Row {
        const char* header;
        Language want;
    };
    constexpr auto english = Language::english;
    constexpr auto russian = Language::russian;
    const auto row = GENERATE_COPY(values<Row>({{"", english},
                                                {"ru", russian},
                                                {"RU-ru", russian},
                                                {"en", english},
                                                {"ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", russian},
                                                {"en-US,en;q=0.9,ru;q=0.8", english},
                                                {"de,ru;q=0.5", russian},
                                                {"de,fr", english},
                                                {"en;q=0.3, ru;q=0.4", russian},
                                                {"en;q=0.4, ru;q=0.3", english},
                                                {"en,ru", english},
                                                {"ru;q=0", english},
                                                {"ru;q=0.5,*", english},
                                                {"*,en;q=0.1", russian},
                                                {"*", english},
                                                {"ru ; q=0.9 , en ; q=0.1", russian},
                                                {"ru;q=abc,en;q=0.1", english},
                                                {"ru;q=9,en;q=0.1", english},
                                                {"rus,en;q=0.1", english},
                                                {",,;;,q=1", english}}));
    CAPTURE(row.header);
    CHECK(language_from(row.header) == row.want);
}
