#include <catch2/catch.hpp>

#include "intake/charset.h"
#include "reading.h"

using namespace ordertrace;
using namespace std::string_view_literals;

namespace {

struct Row {
    const char* name;
    std::string_view in;
    std::string_view want;
};

std::string utf16le(std::u16string_view text) {
    std::string out = "\xFF\xFE";
    for (const char16_t unit : text) {
        out += static_cast<char>(unit & 0xFF);
        out += static_cast<char>(unit >> 8);
    }
    return out;
}

}  // namespace

TEST_CASE("lines of a datagram") {
    auto row = GENERATE(values<Row>({
        {"nothing", "", ""},
        {"blank lines and padding", "\n \r\n\0\0\n"sv, ""},
        {"two events", "ord1 end 1 step=a\nord1 end 2 step=b", "end 1 name=[a]\nend 2 name=[b]"},
        {"CR LF", "ord1 end 1 step=a\r\nord1 end 2 step=b\r\n", "end 1 name=[a]\nend 2 name=[b]"},
        {"a reject costs nothing else", "ord1 end\nord1 end 2 step=b", "reject order at 8 [ord1 end]\nend 2 name=[b]"},
        {"byte order mark on each line", "\xEF\xBB\xBFord1 end 1 step=a\n\xEF\xBB\xBFord1 end 2 step=b",
         "end 1 name=[a]\nend 2 name=[b]"},
        {"continued note", "ord1 end 1 step=a :boom\n  at x.y\n\tat z\nord1 end 2 step=b",
         "end 1 name=[a] note=[boom\n  at x.y\n\tat z]\nend 2 name=[b]"},
        {"continued note, blank line within", "ord1 end 1 step=a :boom\n\n  at x\n\n",
         "end 1 name=[a] note=[boom\n\n  at x]"},
        {"continued without a note", "ord1 note 1\n  the text\n", "note 1 note=[the text]"},
        {"control characters in a continued note", "ord1 note 1 :boom\n a\tb\x07", "note 1 note=[boom\n a\tb\uFFFD]"},
        {"line that begins with ord", "ord1 end 1 step=a :boom\norder lost\n  at x",
         "end 1 name=[a] note=[boom]\nreject marker at 0 [order lost]"},
        {"lines after a reject belong to it", "hello\n  at x\nworld\nord1 end 1 step=a",
         "reject marker at 0 [hello]\nend 1 name=[a]"},
        {"another version is not the end of a note", "ord1 end 1 step=a :b\nord2 end 1",
         "end 1 name=[a] note=[b]\nreject version at 0 [ord2 end 1]"},
    }));
    CAPTURE(row.name);
    CHECK(reading_of(row.in) == row.want);
}

TEST_CASE("syslog headers") {
    const std::string far(250, 'x');
    auto row = GENERATE_COPY(values<Row>({
        {"RFC 3164", "<34>Nov 22 03:00:00 host app[12]: ord1 end 1 step=a", "end 1 name=[a]"},
        {"RFC 3164 without a blank", "<34>Nov 22 03:00:00 host app:ord1 end 1 step=a", "end 1 name=[a]"},
        {"RFC 5424", "<165>1 2003-10-11T22:14:15.003Z host app 1 ID47 [x@1 a=\"b\"] ord1 end 1 step=a",
         "end 1 name=[a]"},
        {"RFC 5424 right behind the data",
         "<165>1 2003-10-11T22:14:15.003Z host app 1 ID47 [x@1 a=\"b\"]ord1 end 1 step=a", "end 1 name=[a]"},
        {"RFC 5424 with a mark", "<165>1 - host app - - - \xEF\xBB\xBFord1 end 1 step=a", "end 1 name=[a]"},
        {"JSON", "<34>Nov 22 03:00:00 host app: {\"ev\":\"end\",\"order\":1,\"step\":\"a\"}", "end 1 name=[a]"},
        {"another version", "<34>Nov 22 03:00:00 host app: ord2 end 1",
         "reject version at 30 [<34>Nov 22 03:00:00 host app: ord2 end 1]"},
        {"a word that only ends like it", "<34>host xord1 end 1: ord1 end 2 step=a", "end 2 name=[a]"},
        {"no event in it", "<34>Nov 22 03:00:00 host app: hello",
         "reject marker at 0 [<34>Nov 22 03:00:00 host app: hello]"},
        {"no event in it, below one", "ord1 end 1 step=a :see\n<html>", "end 1 name=[a] note=[see\n<html>]"},
        {"each line its own", "<34>a: ord1 end 1 step=a\n<34>a: ord1 end 2 step=b", "end 1 name=[a]\nend 2 name=[b]"},
    }));
    CAPTURE(row.name);
    CHECK(reading_of(row.in) == row.want);
    const auto header = [](std::size_t size) { return "<34>" + std::string(size - 5, 'x') + " "; };
    CHECK(reading_of(header(255) + "ord1 end 1 step=a") == "end 1 name=[a]");
    CHECK(reading_of(header(256) + "ord1 end 1 step=a").starts_with("reject marker at 0 "));
}

TEST_CASE("charsets") {
    auto row = GENERATE(values<Row>({
        {"UTF-8", "ord1 end ЗК-77 step=a", "end ЗК-77 name=[a]"},
        {"named UTF-8 leaves no tag", "ord1 end ЗК-77 step=a cs=utf8", "end ЗК-77 name=[a]"},
        {"not UTF-8: all of it is legacy", "ord1 end \xC7\xCA-77 step=\xE0 :\xE1",
         "end ЗК-77 name=[а] note=[б] #text.charset=[windows-1251]"},
        {"one wrong byte decides for the line", "ord1 end \xD0\x97 step=a :\xE1",
         "end Р— name=[a] note=[б] #text.charset=[windows-1251]"},
        {"named", "ord1 end \x87\x8A-77 step=a cs=cp866 _x=\xA0", "end ЗК-77 name=[a] @x=[а] #text.charset=[cp866]"},
        {"named, plain text", "ord1 end 77 step=a cs=windows-1251", "end 77 name=[a] #text.charset=[windows-1251]"},
        {"named, though valid UTF-8", "ord1 end 1 step=\xD0\x97 cs=windows-1251",
         "end 1 name=[Р—] #text.charset=[windows-1251]"},
        {"after unescaping", "ord1 end \\xC7\\xCA step=\"\\xE0\" cs=windows-1251",
         "end ЗК name=[а] #text.charset=[windows-1251]"},
        {"escapes that are not UTF-8", "ord1 end \\xC7\\xCA step=a", "end ЗК name=[a] #text.charset=[windows-1251]"},
        {"escapes that are UTF-8", "ord1 end \\xD0\\x97 step=a", "end З name=[a]"},
        {"unknown: absent", "ord1 end \xC7 step=a cs=foo",
         "end З name=[a] #event.rest=[cs=foo] #text.charset=[windows-1251]"},
        {"the first cs wins though empty", "ord1 end \xC7 step=a cs= cs=cp866",
         "end З name=[a] #text.charset=[windows-1251]"},
        {"named UTF-8 that is none", "ord1 end 1 step=\xC7\xCA cs=utf-8", "end 1 name=[\uFFFD\uFFFD]"},
        {"bytes without a meaning", "ord1 end 1 step=\x98 cs=windows-1251",
         "end 1 name=[\uFFFD] #text.charset=[windows-1251]"},
        {"two bytes a character", "ord1 end 1 step=\x93\xFA\x96\x7B cs=shift_jis",
         "end 1 name=[日本] #text.charset=[shift_jis]"},
        {"two bytes a character, cut", "ord1 end 1 step=\x93\xFA\x96 cs=shift_jis",
         "end 1 name=[日\uFFFD] #text.charset=[shift_jis]"},
        {"the rest too", "ord1 end 1 step=a \xE0", "end 1 name=[a] #event.rest=[а] #text.charset=[windows-1251]"},
        {"the rest of a key too", "ord1 end 1 step=a _n:\xE0=x",
         "end 1 name=[a] #event.rest=[_n:а=x] #text.charset=[windows-1251]"},
        {"line by line", "ord1 end ЗК step=a :б\n\xE2", "end ЗК name=[a] note=[б\nв] #text.charset=[windows-1251]"},
        {"cs holds for the lines below", "ord1 note 1 cs=cp866 :\xA0\n\xA1",
         "note 1 note=[а\nб] #text.charset=[cp866]"},
    }));
    CAPTURE(row.name);
    CHECK(reading_of(row.in) == row.want);
}

TEST_CASE("the listener's charset acts on every line") {
    ReadingSetup setup;
    setup.listener.charset = "cp866";
    CHECK(reading_of("ord1 end \x87 step=a", setup) == "end З name=[a] #text.charset=[cp866]");
    CHECK(reading_of("ord1 end 1 step=a", setup) == "end 1 name=[a] #text.charset=[cp866]");
    CHECK(reading_of("ord1 end \xC7 step=a cs=windows-1251", setup) == "end З name=[a] #text.charset=[windows-1251]");
    CHECK(reading_of("ord1 end З step=a cs=utf-8", setup) == "end З name=[a]");
    setup.listener.charset = "";
    setup.listener.legacy_charset = "iso-8859-1";
    CHECK(reading_of("ord1 end \xC7 step=a", setup) == "end Ç name=[a] #text.charset=[iso-8859-1]");
}

TEST_CASE("more charsets than are kept open") {
    std::string lines;
    std::string want;
    for (int i = 1; i <= 16; ++i) {
        if (i == 12) continue;  // there is no ISO-8859-12
        const auto name = "iso-8859-" + std::to_string(i);
        lines += "ord1 end 1 step=a cs=" + name + "\n";
        want += std::string{want.empty() ? "" : "\n"} + "end 1 name=[a] #text.charset=[" + name + "]";
    }
    CHECK(reading_of(lines) == want);
}

TEST_CASE("the charsets of a line stay open while others come and go") {
    Charsets charsets;
    const auto* legacy = charsets.find("windows-1251");
    REQUIRE(legacy != nullptr);
    for (int i = 0; i < 100; ++i) {
        CHECK(charsets.find("no-such-" + std::to_string(i)) == nullptr);
        CHECK(charsets.find("windows-1251") == legacy);
    }
    for (std::size_t i = 0; i < Charsets::max_open; ++i) charsets.find("no-such-" + std::to_string(i));
    const auto* again = charsets.find("windows-1251");
    REQUIRE(again != nullptr);
    CHECK(again->name() == "windows-1251");
}

TEST_CASE("UTF-16LE datagrams") {
    CHECK(reading_of(utf16le(u"ord1 end ЗК-77 step=a\r\nord1 end 2 step=😀")) ==
          "end ЗК-77 name=[a] #text.charset=[UTF-16LE]\nend 2 name=[😀] #text.charset=[UTF-16LE]");
    CHECK(reading_of(utf16le(u"ord1 end З step=a cs=windows-1251")) == "end З name=[a] #text.charset=[UTF-16LE]");
    CHECK(reading_of(utf16le(std::u16string{u"ord1 end 1 step=a"} + char16_t{0xD83D})) ==
          "end 1 name=[a\uFFFD] #text.charset=[UTF-16LE]");
    CHECK(reading_of(utf16le(u"ord1 end 1 step=a") + "x") == "end 1 name=[a\uFFFD] #text.charset=[UTF-16LE]");
    CHECK(reading_of(utf16le(u"{\"ev\":\"end\",\"order\":\"З\",\"step\":\"a\"}")) ==
          "end З name=[a] #text.charset=[UTF-16LE]");
    CHECK(reading_of(utf16le(u"nothing")) == "reject marker at 0 [nothing]");
    CHECK(reading_of(utf16le(u"ord1 end 1 step=\\xC7")) == "end 1 name=[\uFFFD] #text.charset=[UTF-16LE]");
}

TEST_CASE("what is not well-formed becomes U+FFFD byte by byte") {
    TextArena arena;
    const auto repaired = [&](std::string_view text) {
        ArenaText out{arena};
        append_valid_utf8(text, out);
        return std::string{out.view()};
    };
    CHECK(repaired("aЗ") == "aЗ");
    CHECK(repaired("a\xD0") == "a\uFFFD");
    CHECK(repaired("\xF0\x9F\x98z") == "\uFFFD\uFFFD\uFFFDz");
    CHECK(repaired("\xC0\xAF") == "\uFFFD\uFFFD");
}
