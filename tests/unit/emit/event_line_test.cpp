#include "emit/event_line.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <algorithm>

#include "cli/meaning.h"

using namespace ordertrace;

namespace {

const TimePoint now = from_micros(1'795'305'600'000'000);

std::string tag_of(const SpanMeaning& span, const std::string& key) {
    const auto found =
        std::find_if(span.tags.begin(), span.tags.end(), [&](const auto& tag) { return tag.key == key; });
    return found == span.tags.end() ? "absent" : found->value;
}

// Text as it survives the reader: no control characters in names and tags.
rc::Gen<std::string> plain_text() {
    return rc::gen::map(
        rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
            "a", "Z", "0", " ", "\"", "\\", "\\x41", "=", ":", "-", "{", "<", "ord1", "Ж", "\xF0\x9F\x98\x80", ";"))),
        [](std::vector<std::string> parts) {
            std::string text = "x";  // blanks at the ends are trimmed from an order
            for (std::size_t i = 0; i < std::min<std::size_t>(parts.size(), 20); ++i) text += parts[i];
            return text + "x";
        });
}

}  // namespace

TEST_CASE("a value is quoted only where it has to be") {
    struct Row {
        const char* name;
        std::string_view in;
        std::string_view want;
    };
    auto row = GENERATE(values<Row>({
        {"plain", "cut_panel", "cut_panel"},
        {"empty", "", ""},
        {"a backslash", "C:\\new", "C:\\new"},
        {"an escape that is none", "\\x4", "\\x4"},
        {"what would be an escape", "\\x41", "\"\\\\x41\""},
        {"a blank", "cut panel", "\"cut panel\""},
        {"quotes within", "5\"", "5\""},
        {"quotes at the front", "\"5", "\"\\\"5\""},
        {"LF, CR, TAB", "a\nb\rc\td", "\"a\\nb\\rc\\td\""},
        {"another control character", "\x1b[2J", "\"\\x1B[2J\""},
        {"C1", "\xC2\x9Bm", "\"\\xC2\\x9Bm\""},
        {"cyrillic", "ЗК-77", "ЗК-77"},
    }));
    CAPTURE(row.name);
    CHECK(line_value(row.in) == row.want);
}

TEST_CASE("words of a shell become a line") {
    struct Row {
        const char* name;
        std::vector<std::string> words;
        std::string_view want;
    };
    auto row = GENERATE(values<Row>({
        {"nothing more", {}, "ord1 end 10042"},
        {"keys",
         {"step=push to crm", "res=fail", "_weight:f=1.5"},
         "ord1 end 10042 step=\"push to crm\" res=fail _weight:f=1.5"},
        {"an empty value", {"id="}, "ord1 end 10042 id="},
        {"a value with an equals sign", {"ref=sap:4=5"}, "ord1 end 10042 ref=sap:4=5"},
        {"a note in one word", {"step=a", ":price service timeout"}, "ord1 end 10042 step=a :price service timeout"},
        {"a note in many words", {":price", "service", "k=v"}, "ord1 end 10042 :price service k=v"},
        {"a colon alone", {":", "price"}, "ord1 end 10042 : price"},
        {"no key", {"word", "two words", "=x"}, "ord1 end 10042 word \"two words\" =x"},
        {"a key with a blank", {"a b=c"}, "ord1 end 10042 \"a b=c\""},
        {"lines of a note", {":Error:\n  at a\n  at b"}, "ord1 end 10042 :Error:\n  at a\n  at b"},
        {"a forged event in a note",
         {":x\nord1 end 7 step=y\n {\"v\":1}"},
         "ord1 end 10042 :x ord1 end 7 step=y  {\"v\":1}"},
    }));
    CAPTURE(row.name);
    CHECK(event_line("end", "10042", row.words) == row.want);
}

TEST_CASE("an order of several words or none stays the third word") {
    CHECK(event_line("end", "ЗК 77", {}) == "ord1 end \"ЗК 77\"");
    CHECK(event_line("end", "", {"step=x"}) == "ord1 end \"\" step=x");
    CHECK(event_line("beat", "-", {}) == "ord1 beat -");
}

TEST_CASE("what is written is what is read") {
    CHECK(rc::check([] {
        const auto order = *plain_text();
        const auto value = *plain_text();
        const auto meanings = meaning_of(event_line("status", order, {"st=s", "_x=" + value}), {}, now);
        RC_ASSERT(meanings.size() == 1);
        RC_ASSERT(meanings[0].event.has_value());
        RC_ASSERT(meanings[0].event->order == order);
        RC_ASSERT(tag_of(meanings[0].event->spans.at(0), "x") == value);
    }));
}

TEST_CASE("no value and no note begins another event") {
    CHECK(rc::check([] {
        const auto text = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
            "\n", "\r", "ord1 end 7", "ord", "{", "[", "<13>", "\xEF\xBB\xBF", " ", "\t", "\"", "\\", "x", "\xFF"));
        std::string joined;
        for (const auto& part : text) joined += part;
        RC_ASSERT(meaning_of(event_line("note", "7", {"_a=" + joined, ":x" + joined}), {}, now).size() == 1U);
        RC_ASSERT(meaning_of(event_line("note", "7" + joined, {":x"}), {}, now).size() == 1U);
    }));
}
