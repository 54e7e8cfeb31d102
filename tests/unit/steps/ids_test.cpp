#include "steps/ids.h"

#include <fstream>
#include <map>
#include <vector>

#include <catch2/catch.hpp>

using namespace ordertrace;

namespace {

std::vector<std::string> split(const std::string& text, const std::string& by) {
    std::vector<std::string> parts;
    std::size_t at = 0;
    for (auto next = text.find(by); next != std::string::npos; at = next + by.size(), next = text.find(by, at))
        parts.push_back(text.substr(at, next - at));
    parts.push_back(text.substr(at));
    return parts;
}

std::string join(const std::vector<std::string>& parts, std::size_t from) {
    std::string text;
    for (auto i = from; i < parts.size(); ++i) text += (i == from ? "" : "\n") + parts[i];
    return text;
}

IdKind kind_named(const std::string& name) {
    for (int i = 0; i <= static_cast<int>(IdKind::alias); ++i)
        if (name_of(static_cast<IdKind>(i)) == name) return static_cast<IdKind>(i);
    FAIL("no kind " << name);
    return IdKind::step;
}

// The id computed from a documented input, piece by piece as the product does.
std::string id_of(const std::string& what, const std::string& input) {
    IdMaker ids;
    const auto parts = split(input, "\\n");
    REQUIRE(parts.at(0) == "ordertrace1");
    if (what == "trace") return to_hex(ids.trace_id(parts.at(1), parts.at(2)));
    return to_hex(
        ids.span_id(kind_named(parts.at(1)), parts.at(2), parts.at(3), parts.at(4), parts.at(5), join(parts, 6)));
}

}  // namespace

TEST_CASE("every documented vector holds") {
    std::ifstream page{std::string{ORDERTRACE_SOURCE_DIR} + "/proto/ids.md"};
    REQUIRE(page);
    int vectors = 0;
    for (std::string line; std::getline(page, line);) {
        const auto cells = split(line, " | ");
        if (cells.size() != 3 || cells[1].rfind("`ordertrace1", 0) != 0) continue;
        ++vectors;
        CAPTURE(line);
        const auto what = cells[0].substr(2);
        const auto input = cells[1].substr(1, cells[1].size() - 2);
        CHECK("`" + id_of(what, input) + "` |" == cells[2]);
    }
    CHECK(vectors == 13);
}

TEST_CASE("the vectors of the protocol hold for the marks the product makes") {
    IdMaker ids;
    const auto start = from_micros(1'795'305'600'120'000);
    const auto span = [&](IdKind kind, std::string_view system, std::string_view name, const Mark& mark) {
        return to_hex(ids.span_id(kind, "shop", "10042", system, name, mark.view()));
    };
    CHECK(to_hex(ids.trace_id("shop", "10042")) == "8d91de8595de911c410b46d59c175b06");
    CHECK(to_hex(ids.trace_id("shop", "ЗК-77")) == "a4d061ebbce5f7d4576408ea98df48ac");
    CHECK(span(IdKind::step, "mes", "cut_panel", step_mark("op-7", 3, start)) == "ccad386ecf0ccd9c");
    CHECK(span(IdKind::started, "mes", "cut_panel", step_mark("op-7", 0, start)) == "6554cb351df0e106");
    CHECK(span(IdKind::step, "mes", "calc_price", step_mark("", 0, start)) == "8e0d0ea6daff8b3d");
    CHECK(span(IdKind::status, "mes", "PRICE_CALCULATED", time_mark("", from_micros(1'795'305'600'843'000))) ==
          "d7cef33631f3337c");
    CHECK(span(IdKind::sent, "mes", "crm", message_mark("9f1c", 1)) == "2e6157b7b5dca60a");
    CHECK(span(IdKind::sent, "mes", "crm", message_mark("9f1c", 2)) == "37ed7017864bf709");
    CHECK(span(IdKind::received, "crm", "mes", time_mark("9f1c", start)) == "7f3a54367c8a29cc");
    CHECK(span(IdKind::mark, "order", "in PACKAGING", time_mark("", start)) == "1e8712e6254d5797");
    CHECK(span(IdKind::title, "order", "order", time_mark("", start - Duration{1})) == "2f23f84a9e85b6d4");
}

TEST_CASE("marks tell steps of one name apart") {
    CHECK(key_mark("op-7", 3).view() == "op-7");
    CHECK(key_mark("", 3).view() == "3");
    CHECK(key_mark("", 0).view().empty());
    CHECK(step_mark("", 12, from_micros(7)).view() == "12\n7");
}

TEST_CASE("a mark cuts what is far over the reader's limits") {
    const std::string long_text(500, 'x');
    CHECK(key_mark(long_text, 0).view() == std::string(Mark::capacity, 'x'));
    CHECK(step_mark(long_text, 0, from_micros(7)).view().size() == Mark::capacity);
}

TEST_CASE("the remembered trace id belongs to its order and namespace") {
    IdMaker ids;
    const auto first = ids.trace_id("shop", "10042");
    CHECK(ids.trace_id("shop", "10042") == first);
    CHECK(to_hex(ids.trace_id("default", "10042")) == "a60d6eeacd7753a28afdabe56f446c9d");
    CHECK(to_hex(ids.trace_id("shop", "000010042")) == "71d95bcf3b01eb03c20eb02c5a96888a");
    CHECK(ids.trace_id("shop", "10042") == first);
}
