#include <catch2/catch.hpp>

#include "store/clickhouse_rows.h"
#include "store/nearest_ids.h"

using namespace ordertrace;

TEST_CASE("texts are written as ClickHouse reads parameters") {
    CHECK(clickhouse_text("ЗК-1 a'b") == "ЗК-1 a'b");
    CHECK(clickhouse_text(std::string_view{"\\\t\n\r\0", 5}) == R"(\\\t\n\r\0)");
    CHECK(clickhouse_texts({}) == "[]");
    CHECK(clickhouse_texts({"a", "b'c\\", "']"}) == R"(['a','b\'c\\','\']'])");
}

TEST_CASE("rows are read, and what is not whole is said") {
    const std::string row{
        "\x03"
        "abc"
        "\x01\x02\x00\x00"
        "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x07",
        17};
    for (std::size_t size = 0; size <= row.size(); ++size) {
        CAPTURE(size);
        RowReader reader{std::string_view{row}.substr(0, size)};
        const auto text = reader.text();
        const auto small = reader.u32();
        const auto large = reader.i64();
        const auto byte = reader.u8();
        CHECK(reader.failed() == (size < row.size()));
        if (reader.failed()) continue;
        CHECK(text == "abc");
        CHECK(small == 513);
        CHECK(large == -1);
        CHECK(byte == 7);
        CHECK(reader.at_end());
    }
}

TEST_CASE("a length beyond the end of the answer is refused") {
    for (const auto& bytes : {std::string{"\xFF\xFF\xFF\xFF\x7F"}, std::string(20, '\xFF'), std::string{"\x80"}}) {
        RowReader reader{bytes};
        CHECK(reader.text().empty());
        CHECK(reader.failed());
        CHECK(reader.at_end());
    }
}

TEST_CASE("ids near a text come from both sides") {
    using Ids = std::vector<std::string>;
    CHECK(nearest_ids("b", 3, {"b", "b1", "b2"}, {}) == Ids{"b", "b1", "b2"});
    CHECK(nearest_ids("b", 4, {"b", "c", "d", "e"}, {"a2", "a1"}) == Ids{"b", "a2", "c", "d"});
    CHECK(nearest_ids("b", 2, {}, {"a2", "a1"}) == Ids{"a1", "a2"});
    CHECK(nearest_ids("b", 0, {}, {}).empty());
}
