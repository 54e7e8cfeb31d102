#include "intake/order_id.h"

#include <catch2/catch.hpp>

#include "reading.h"

using namespace ordertrace;

namespace {

struct Row {
    const char* name;
    OrderSettings settings;
    std::string_view in;
    std::string_view want;
};

}  // namespace

TEST_CASE("order ids are normalised as configured") {
    using Case = OrderSettings::Case;
    auto row = GENERATE(values<Row>({
        {"as it is", {}, "000Ab-77", "000Ab-77"},
        {"blanks around it", {}, " \t 10042\r\n", "10042"},
        {"zeros", {.strip_leading_zeros = true, .pattern = {}}, "000010042", "10042"},
        {"nothing but zeros", {.strip_leading_zeros = true, .pattern = {}}, "000", "0"},
        {"zeros behind letters", {.strip_leading_zeros = true, .pattern = {}}, "A007", "A007"},
        {"lower", {.letter_case = Case::lower, .pattern = {}}, "ЗК-Äx-77", "зк-äx-77"},
        {"upper", {.letter_case = Case::upper, .pattern = {}}, "зк-äÿx-77ёє", "ЗК-ÄÿX-77ЁЄ"},
        {"pattern", {.pattern = "^ORD-([0-9]+)$"}, "ORD-10042", "10042"},
        {"pattern anywhere", {.pattern = "([0-9]{5})"}, "shop/10042/a", "10042"},
        {"pattern does not match", {.pattern = "^ORD-([0-9]+)$"}, "10042", "10042"},
        {"pattern captures nothing", {.pattern = "^(x*)"}, "10042", "10042"},
        {"zeros and case come before the pattern",
         {.strip_leading_zeros = true, .letter_case = Case::upper, .pattern = "^ORD-([0-9]+)$"},
         "00ord-0042",
         "0042"},
    }));
    CAPTURE(row.name);
    TextArena arena;
    CHECK(OrderIds{row.settings}.normalise(row.in, arena) == row.want);
}

TEST_CASE("letters of two bytes keep their pairs") {
    TextArena arena;
    const std::string_view small = "azàöøþāńžαωάόώаяёѐѡҋӂӑԯաֆ";
    const std::string_view large = "AZÀÖØÞĀŃŽΑΩΆΌΏАЯЁЀѠҊӁӐԮԱՖ";
    CHECK(to_upper(small, arena) == large);
    CHECK(to_lower(large, arena) == small);
    CHECK(to_upper(large, arena) == large);
    CHECK(to_lower(small, arena) == small);
    CHECK(to_upper("×÷ßĸŉ日😀1-", arena) == "×÷ßĸŉ日😀1-");
}

TEST_CASE("a reload changes how orders are read") {
    EventReader reader{{}, {}, {}, "mes", "shop"};
    class Last : public EventSink {
    public:
        void event(const Event& event) override { order = event.order; }
        void reject(const Reject& reject) override { order = name_of(reject.reason); }
        std::string order;
    } last;
    reader.read("ord1 end 007 step=a", test_now, last);
    CHECK(last.order == "007");
    OrderSettings settings;
    settings.strip_leading_zeros = true;
    reader.configure(settings, {});
    reader.read("ord1 end 007 step=a", test_now, last);
    CHECK(last.order == "7");
}

TEST_CASE("the length counts once the id is normalised") {
    ReadingSetup setup;
    setup.order.strip_leading_zeros = true;
    CHECK(reading_of("ord1 end " + std::string(500, '0') + "7 step=a", setup) == "end 7 name=[a]");
    // 64 letters of one byte become 128 bytes of UTF-8, 65 are too many.
    CHECK(reading_of("ord1 end " + std::string(64, '\xC7') + " step=a").starts_with("end З"));
    CHECK(reading_of("ord1 end " + std::string(65, '\xC7') + " step=a").starts_with("reject order_long at 9 "));
}
