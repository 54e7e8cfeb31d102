#include "board/order_table.h"

#include <catch2/catch.hpp>

using namespace ordertrace;

namespace {

constexpr std::int64_t ten_o_clock = 1'795'341'600'000'000;  // 2026-11-22 10:00:00 UTC

OrderRow row_of(std::int64_t after_us, std::string system, std::string record, std::string name) {
    OrderRow row;
    row.trace = {0x8d91de8595de911c, 0x410b46d59c175b06};
    row.start = from_micros(ten_o_clock + after_us);
    row.duration = Duration{1};
    row.system = std::move(system);
    row.record = std::move(record);
    row.name = std::move(name);
    return row;
}

}  // namespace

TEST_CASE("an order is shown as a table by time, aligned by what a reader sees") {
    ReceivedOrder order{.name_space = "shop", .id = "ЗК-77", .rows = {}};
    auto price = row_of(120'000, "mes", "step", "расчёт цены");
    price.duration = Duration{723'400};
    price.result = "fail";
    price.note = "attempt 3 of 3; price service\x1b[2J timeout";
    auto created = row_of(1'000, "online-shop", "status", "status CREATED");
    created.status = "CREATED";
    order.rows = {price, created};
    CHECK(to_table(order) ==
          "Order ЗК-77  (namespace shop, 2 records of 2 systems, trace 8d91de8595de911c410b46d59c175b06)\n"
          "Last status CREATED, reported by online-shop at 2026-11-22 10:00:00.001 UTC\n"
          "  time          system       record  name            result  duration  note\n"
          "  ────────────  ───────────  ──────  ──────────────  ──────  ────────  "
          "────────────────────────────────────────────\n"
          "  10:00:00.001  online-shop  status  status CREATED\n"
          "  10:00:00.120  mes          step    расчёт цены     fail    723.4 ms  attempt 3 of 3; price "
          "service\\x1b[2J timeout\n");
}

TEST_CASE("an order of several days shows the dates") {
    ReceivedOrder order{.name_space = "shop", .id = "1", .rows = {row_of(0, "mes", "note", "note")}};
    order.rows.push_back(row_of(86'400'000'000, "mes", "note", "note"));
    CHECK(to_table(order) ==
          "Order 1  (namespace shop, 2 records of 1 system, trace 8d91de8595de911c410b46d59c175b06)\n"
          "  time                     system  record  name  result  duration  note\n"
          "  ───────────────────────  ──────  ──────  ────  ──────  ────────  ────\n"
          "  2026-11-22 10:00:00.000  mes     note    note\n"
          "  2026-11-23 10:00:00.000  mes     note    note\n");
}

TEST_CASE("durations are told in the unit a person would use") {
    struct Row {
        std::int64_t us;
        std::string want;
    };
    auto row = GENERATE(values<Row>({{-5, ""},
                                     {1, ""},
                                     {2, "2 us"},
                                     {999, "999 us"},
                                     {1'000, "1.0 ms"},
                                     {723'400, "723.4 ms"},
                                     {3'200'000, "3.2 s"},
                                     {65'000'000, "1 min 05 s"},
                                     {7'500'000'000, "2 h 05 min"},
                                     {266'400'000'000, "3 d 02 h"}}));
    CAPTURE(row.us);
    CHECK(to_duration_text(Duration{row.us}) == row.want);
}

TEST_CASE("absurd times are shown as the first or last of the calendar") {
    CHECK(to_clock_text(from_micros(std::numeric_limits<std::int64_t>::max())) == "9999-12-31 23:59:59.999");
    CHECK(to_clock_text(from_micros(std::numeric_limits<std::int64_t>::min())) == "0001-01-01 00:00:00.000");
    CHECK(to_clock_text(from_micros(-1)) == "1969-12-31 23:59:59.999");
}
