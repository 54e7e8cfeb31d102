#include "board/page_texts.h"

#include <catch2/catch.hpp>

#include <array>
#include <bit>
#include <type_traits>

#include "board/page_words.h"
#include "unit/pages/page_samples.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

// A struct of nothing but texts.
constexpr std::size_t texts_count = sizeof(PageTexts) / sizeof(std::string_view);
using AllTexts = std::array<std::string_view, texts_count>;

AllTexts all(const PageTexts& texts) {
    static_assert(std::is_trivially_copyable_v<PageTexts> && sizeof(AllTexts) == sizeof(PageTexts));
    return std::bit_cast<AllTexts>(texts);
}

}  // namespace

TEST_CASE("both languages say everything, with the same places to fill") {
    const auto english = all(page_texts(Language::english));
    const auto russian = all(page_texts(Language::russian));
    for (std::size_t i = 0; i < texts_count; ++i) {
        CAPTURE(i, english[i], russian[i]);
        CHECK(!english[i].empty());
        CHECK(!russian[i].empty());
        CHECK(test::count_of(english[i], "{}") == test::count_of(russian[i], "{}"));
    }
    CHECK(page_texts(Language::english).lang == "en");
    CHECK(page_texts(Language::russian).lang == "ru");
}

TEST_CASE("states are named") {
    struct Row {
        VerdictKind kind;
        bool overdue;
        const char *english, *russian;
    };
    const auto row = GENERATE(values<Row>({
        {VerdictKind::unknown, false, "Unknown", "Неизвестен"},
        {VerdictKind::failed, true, "Failed", "Ошибка"},
        {VerdictKind::died_inside, true, "Died in a step", "Остановка посреди шага"},
        {VerdictKind::not_sent, true, "Not sent", "Не отправлено"},
        {VerdictKind::in_transit, true, "In transit", "В пути"},
        {VerdictKind::received_not_applied, true, "Received, not applied", "Получено, не выставлено"},
        {VerdictKind::running, false, "Running", "Выполняется"},
        {VerdictKind::running, true, "Running too long", "Выполняется слишком долго"},
        {VerdictKind::late, true, "Late", "Просрочен"},
        {VerdictKind::finished, false, "Finished", "Завершён"},
        {VerdictKind::on_time, false, "On time", "В срок"},
        {VerdictKind::blind, true, "Not seen", "Не видно"},
    }));
    CAPTURE(row.english);
    CHECK(state_text(row.kind, row.overdue, Language::english) == row.english);
    CHECK(state_text(row.kind, row.overdue, Language::russian) == row.russian);
}

TEST_CASE("every record and every result has a word") {
    CHECK(record_text(FactRecord::step, Language::english) == "step");
    CHECK(record_text(FactRecord::other, Language::russian) == "прочее");
    CHECK(result_text(FactResult::none, Language::english).empty());
    CHECK(result_text(FactResult::cancel, Language::russian) == "отменён");
}

TEST_CASE("filled puts values into their places") {
    CHECK(filled("in {} now", "A") == "in A now");
    CHECK(filled("nothing", "A") == "nothing");
    CHECK(filled("{} of {}", "{}", "3") == "{} of 3");
}

TEST_CASE("times are UTC, to the second and to the millisecond") {
    struct Row {
        TimePoint time;
        const char *utc, *iso;
    };
    const auto row = GENERATE(values<Row>({
        {t0 + 10h + 843ms, "2026-11-22 10:00:00 UTC", "2026-11-22T10:00:00.843Z"},
        {TimePoint{}, "1970-01-01 00:00:00 UTC", "1970-01-01T00:00:00.000Z"},
        {TimePoint{} - 1us, "1969-12-31 23:59:59 UTC", "1969-12-31T23:59:59.999Z"},
    }));
    CHECK(utc_text(row.time) == row.utc);
    CHECK(utc_text(row.time).size() == 23);
    CHECK(iso_text(row.time) == row.iso);
}

TEST_CASE("addresses of orders and stages are encoded") {
    auto context = page_context();
    context.base_path = "/board/";
    struct Row {
        const char *order, *url;
    };
    const auto row = GENERATE(values<Row>({{"10042", "/board/orders/10042"},
                                           {"a/b", "/board/orders/a%2Fb"},
                                           {"..", "/board/orders/?id=.."},
                                           {".", "/board/orders/?id=."},
                                           {"...", "/board/orders/..."},
                                           {"?id=1#x", "/board/orders/%3Fid%3D1%23x"}}));
    CHECK(order_url(row.order, context) == row.url);
    CHECK(stage_url("A&B", context) == "/board/?stage=A%26B");
}
