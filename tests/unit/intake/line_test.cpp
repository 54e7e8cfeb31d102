#include <catch2/catch.hpp>

#include "reading.h"

using namespace ordertrace;
using namespace std::string_view_literals;

namespace {

struct Row {
    const char* name;
    std::string_view in;
    std::string_view want;
};

std::string many(std::size_t count, std::string_view text) {
    std::string out;
    while (count-- > 0) out += text;
    return out;
}

}  // namespace

TEST_CASE("words of a line") {
    auto row = GENERATE(values<Row>({
        {"the simplest", "ord1 end 10042 step=push", "end 10042 name=[push]"},
        {"runs of blanks and tabs", "ord1  end\t10042 \t step=push\t", "end 10042 name=[push]"},
        {"blanks in front", "  ord1 end 10042 step=push", "end 10042 name=[push]"},
        {"case of marker, verb and key", "ORD1 End 10042 STEP=Push", "end 10042 name=[Push]"},
        {"CR, blanks and NULs are padding", "ord1 end 1 step=a  \0\0 \r\n"sv, "end 1 name=[a]"},
        {"NULs behind the line", "ord1 end 1 step=a\n\0\0\0"sv, "end 1 name=[a]"},
        {"quoted order", "ord1 end \"A 7\" step=a", "end A 7 name=[a]"},
        {"order with a hex escape", "ord1 end A\\x37 step=a", "end A7 name=[a]"},
        {"order that looks like a key", "ord1 end step=a step=b", "end step=a name=[b]"},
        {"bare value keeps its backslashes", "ord1 end 1 step=C:\\new\\", "end 1 name=[C:\\new\\]"},
        {"bare value keeps its quotes", "ord1 end 1 step=a\"b\"", "end 1 name=[a\"b\"]"},
        {"bare value with a hex escape", "ord1 end 1 step=a\\x20b", "end 1 name=[a b]"},
        {"half a hex escape is none", "ord1 end 1 step=a\\x2 id=\\xZZ", "end 1 name=[a\\x2] id=[\\xZZ]"},
        {"quoted value", "ord1 end 1 step=\"a b\" id=c", "end 1 name=[a b] id=[c]"},
        {"every escape of a quoted value", R"(ord1 end 1 step=a err="\"\\\n\r\t\x41")",
         "end 1 name=[a] err=[\"\\\n\r\tA]"},
        {"other pairs stay", R"(ord1 end 1 step="\a\q\x4")", R"(end 1 name=[\a\q\x4])"},
        {"an escaped backslash does not escape", R"(ord1 end 1 step="a\\" id=b)", R"(end 1 name=[a\] id=[b])"},
        {"value with equals signs", "ord1 end 1 step=a=b=c", "end 1 name=[a=b=c]"},
        {"empty is absent", "ord1 end 1 step=a id= err=\"\"", "end 1 name=[a]"},
        {"a dash is absent", "ord1 end 1 step=a id=- err=\"-\" _x=-", "end 1 name=[a]"},
        {"two dashes are a value", "ord1 end 1 step=a id=--", "end 1 name=[a] id=[--]"},
        {"the first wins", "ord1 end 1 step=a STEP=b", "end 1 name=[a]"},
        {"the first wins even if empty", "ord1 end 1 step=a id= id=b", "end 1 name=[a]"},
        {"the first wins even if a dash", "ord1 end 1 step=a id=- id=b _x= _x=1 foo=- FOO=1", "end 1 name=[a]"},
        {"free text", "ord1 end 1 step=a :price  \"service\" x=1\\n",
         "end 1 name=[a] note=[price  \"service\" x=1\\n]"},
        {"free text is trimmed", "ord1 end 1 step=a : \t text \t ", "end 1 name=[a] note=[text]"},
        {"no free text behind the colon", "ord1 end 1 step=a :", "end 1 name=[a]"},
        {"a colon within a word is none", "ord1 end 1 step=a:b", "end 1 name=[a:b]"},
        {"a quoted colon is none", "ord1 end 1 step=\":b\"", "end 1 name=[:b]"},
        {"something right behind a quote", "ord1 end 1 step=\"a\"b", "end 1 name=[a] #event.rest=[b]"},
        {"free text right behind a quote", "ord1 end 1 step=\"a\":b", "end 1 name=[a] note=[b]"},
    }));
    CAPTURE(row.name, row.in);
    CHECK(reading_of(row.in) == row.want);
}

TEST_CASE("what cannot be read stays in event.rest") {
    auto row = GENERATE(values<Row>({
        {"a word alone", "ord1 end 1 foo step=a", "end 1 name=[a] #event.rest=[foo]"},
        {"words alone, in order", "ord1 end 1 foo step=a bar", "end 1 name=[a] #event.rest=[foo bar]"},
        {"a key that is no name", "ord1 end 1 step=a =x a/b=c \xC3\xA4=1",
         "end 1 name=[a] #event.rest=[=x a/b=c \xC3\xA4=1]"},
        {"a quoted word", "ord1 end 1 \"b step=c\" step=a", "end 1 name=[a] #event.rest=[\"b step=c\"]"},
        {"unclosed quote takes the rest", "ord1 end 1 step=a id=\"b try=2 :c",
         "end 1 name=[a] #event.rest=[id=\"b try=2 :c]"},
        {"quote closed by an escape only", R"(ord1 end 1 step=a id="b\" try=2)",
         R"(end 1 name=[a] #event.rest=[id="b\" try=2])"},
        {"time", "ord1 end 1 step=a t=yesterday", "end 1 name=[a] #event.rest=[t=yesterday]"},
        {"key in small letters, value without escapes", "ord1 end 1 step=a T=\"a\\x62 c\"",
         "end 1 name=[a] #event.rest=[t=ab c]"},
        {"duration", "ord1 span 1 step=a dur=12 ms=x us=1h", "span 1 name=[a] #event.rest=[dur=12 ms=x us=1h]"},
        {"numbers", "ord1 end 1 step=a try=0 of=1000000 rc=x code=5.5 seq=-1",
         "end 1 name=[a] #event.rest=[try=0 of=1000000 rc=x code=5.5 seq=-1]"},
        {"attributes", "ord1 end 1 step=a _i:i=1.5 _f:f=nan _b:b=maybe _t:x=1 _=2 _a:=3",
         "end 1 name=[a] #event.rest=[_i:i=1.5 _f:f=nan _b:b=maybe _t:x=1 _=2 _a:=3]"},
        {"result", "ord1 end 1 step=a res=Boom", "end 1 name=[a] res=fail #event.rest=[res=Boom]"},
        {"traceparent", "ord1 end 1 step=a tp=00-1-2-03", "end 1 name=[a] #event.rest=[tp=00-1-2-03]"},
        {"charset and zone", "ord1 end 1 step=a cs=klingon tz=Mars/Base",
         "end 1 name=[a] #event.rest=[cs=klingon tz=Mars/Base]"},
        {"charset with options of iconv", "ord1 end 1 step=a cs=ascii//translit",
         "end 1 name=[a] #event.rest=[cs=ascii//translit]"},
        {"in the order of the line", "ord1 end 1 t=x foo try=y step=a", "end 1 name=[a] #event.rest=[t=x foo try=y]"},
    }));
    CAPTURE(row.name, row.in);
    CHECK(reading_of(row.in) == row.want);
}

TEST_CASE("attributes and keys that are none of ours") {
    auto row = GENERATE(values<Row>({
        {"text unless typed", "ord1 end 1 step=a _w=1.5 _n=7 _b=true", "end 1 name=[a] @w=[1.5] @n=[7] @b=[true]"},
        {"typed", "ord1 end 1 step=a _w:f=1.5 _n:i=-7 _b:b=YES _c:b=0 _s:s=1",
         "end 1 name=[a] @w=1.5f @n=-7 @b=true @c=false @s=[1]"},
        {"integers to the edge", "ord1 end 1 step=a _n:i=9223372036854775807 _m:i=9223372036854775808",
         "end 1 name=[a] @n=9223372036854775807 #event.rest=[_m:i=9223372036854775808]"},
        {"case of names is kept", "ord1 end 1 step=a _Ab=1 _ab=2", "end 1 name=[a] @Ab=[1] @ab=[2]"},
        {"the first wins, whatever its type", "ord1 end 1 step=a _w:f=1.5 _w=2", "end 1 name=[a] @w=1.5f"},
        {"the first wins, though unreadable", "ord1 end 1 step=a _w:q=1 _w=2 _v:i=x _v=2",
         "end 1 name=[a] #event.rest=[_w:q=1 _v:i=x]"},
        {"quoted, with escapes", R"(ord1 end 1 step=a _w="a \"b\"")", R"(end 1 name=[a] @w=[a "b"])"},
        {"the product's own names",
         "ord1 end 1 step=a _error=1 _traceparent=2 _order.id=3 _attempts:i=4 _abandoned.x=5",
         "end 1 name=[a] @ext._error=[1] @ext._traceparent=[2] @ext._order.id=[3] @ext._attempts=[4] "
         "@ext._abandoned.x=[5]"},
        {"more of them", "ord1 end 1 step=a _event.a=1 _time.a=1 _text.a=1 _step.a=1 _system.a=1 _agent.a=1 _span.a=1",
         "end 1 name=[a] @ext._event.a=[1] @ext._time.a=[1] @ext._text.a=[1] @ext._step.a=[1] @ext._system.a=[1] "
         "@ext._agent.a=[1] @ext._span.a=[1]"},
        {"the rest of them", "ord1 end 1 step=a _otel.a=1 _messaging.a=1 _peer.a=1 _host.a=1 _service.a=1 _ext.a=1",
         "end 1 name=[a] @ext._otel.a=[1] @ext._messaging.a=[1] @ext._peer.a=[1] @ext._host.a=[1] @ext._service.a=[1] "
         "@ext._ext.a=[1]"},
        {"names that only look like them", "ord1 end 1 step=a _errors=1 _orders=2 _spanner=3",
         "end 1 name=[a] @errors=[1] @orders=[2] @spanner=[3]"},
        {"unknown key", "ord1 end 1 step=a Foo=Bar", "end 1 name=[a] @ext.foo=[Bar]"},
        {"known key without use for the verb", "ord1 status 1 st=NEW try=2 res=ok",
         "status 1 name=[NEW] @ext.res=[ok] @ext.try=[2]"},
        {"note= is no key of a line", "ord1 end 1 step=a note=x", "end 1 name=[a] @ext.note=[x]"},
    }));
    CAPTURE(row.name, row.in);
    CHECK(reading_of(row.in) == row.want);
}

TEST_CASE("limits") {
    const auto long_name = many(200, "n");
    const auto truncated = std::string{" #event.truncated=true"};
    CHECK(reading_of("ord1 end 1 step=" + many(128, "n")) == "end 1 name=[" + many(128, "n") + "]");
    CHECK(reading_of("ord1 end 1 step=" + long_name) == "end 1 name=[" + many(128, "n") + "]" + truncated);
    CHECK(reading_of("ord1 end 1 step=" + many(127, "n") + "З") == "end 1 name=[" + many(127, "n") + "]" + truncated);
    CHECK(reading_of("ord1 end 1 step=a id=" + long_name) == "end 1 name=[a] id=[" + many(128, "n") + "]" + truncated);
    CHECK(reading_of("ord1 end 1 step=a inst=" + long_name) ==
          "end 1 inst=[" + many(128, "n") + "] name=[a]" + truncated);
    CHECK(reading_of("ord1 sent 1 to=b msg=" + long_name) ==
          "sent 1 name=[b] msg=[" + many(128, "n") + "]" + truncated);
    CHECK(reading_of("ord1 sent 1 to=b via=" + long_name) ==
          "sent 1 name=[b] via=[" + many(128, "n") + "]" + truncated);
    CHECK(reading_of("ord1 sent 1 to=b st=" + long_name) == "sent 1 name=[b] st=[" + many(128, "n") + "]" + truncated);
    CHECK(reading_of("ord1 end 1 step=a _x=" + many(1024, "v")) == "end 1 name=[a] @x=[" + many(1024, "v") + "]");
    CHECK(reading_of("ord1 end 1 step=a _x=" + many(1025, "v")) ==
          "end 1 name=[a] @x=[" + many(1024, "v") + "]" + truncated);
    CHECK(reading_of("ord1 note 1 :" + many(4096, "v")) == "note 1 note=[" + many(4096, "v") + "]");
    CHECK(reading_of("ord1 note 1 :" + many(4097, "v")) == "note 1 note=[" + many(4096, "v") + "]" + truncated);
    CHECK(reading_of("ord1 end " + many(128, "9") + " step=a") == "end " + many(128, "9") + " name=[a]");
    const auto too_long = "ord1 end " + many(129, "9") + " step=a";
    CHECK(reading_of(too_long) == "reject order_long at 9 [" + too_long + "]");
}

TEST_CASE("at most 64 attributes") {
    std::string line = "ord1 end 1 step=a";
    std::string want = "end 1 name=[a]";
    for (int i = 0; i < 64; ++i) {
        line += " _a" + std::to_string(i) + "=x";
        want += " @a" + std::to_string(i) + "=[x]";
    }
    CHECK(reading_of(line) == want);
    CHECK(reading_of(line + " _a0=y _e=") == want);
    CHECK(reading_of(line + " _a64=x") == want + " #event.truncated=true");
    CHECK(reading_of(line + " foo=x") == want + " #event.truncated=true");
}

TEST_CASE("a line is cut at 8,192 bytes, at a character boundary") {
    const std::string head = "ord1 end 1 step=a _k=v _x=";  // 26 bytes
    const std::string padding = many(8192 - head.size() - 1, " ");
    CHECK(reading_of(head + many(1000, "x") + " " + many(7165, " ") + "foo=1") ==
          "end 1 name=[a] @k=[v] @x=[" + many(1000, "x") + "] #event.truncated=true");
    CHECK(reading_of("ord1 end 1 step=a _k=v foo " + many(8192 - 27 - 1, "x") + "З")
              .ends_with("x] #event.truncated=true"));
    CHECK(reading_of(head + "1" + padding) == "end 1 name=[a] @k=[v] @x=[1]");
}

TEST_CASE("control characters") {
    auto row = GENERATE(values<Row>({
        {"in a name", "ord1 end 1 step=a\\x07b", "end 1 name=[a\uFFFDb]"},
        {"in an order", "ord1 end 1\\x0A2 step=a", "end 1\uFFFD2 name=[a]"},
        {"as it came", "ord1 end 1 step=a\x01 id=\x7F", "end 1 name=[a\uFFFD] id=[\uFFFD]"},
        {"line feed and tab in an attribute", R"(ord1 end 1 step=a _x="a\nb\tc")",
         "end 1 name=[a] @x=[a\uFFFDb\uFFFDc]"},
        {"of the second set", "ord1 end 1 step=a\xC2\x85 id=\xC2\xA0", "end 1 name=[a\uFFFD] id=[\xC2\xA0]"},
        {"lines stay in err", R"(ord1 end 1 step=a err="a\r\n\tb\x07")", "end 1 name=[a] err=[a\r\n\tb\uFFFD]"},
        {"in a note", "ord1 note 1 :a\tb\x07", "note 1 note=[a\tb\uFFFD]"},
        {"in the rest", "ord1 end 1 step=a fo\x07o", "end 1 name=[a] #event.rest=[fo\uFFFDo]"},
    }));
    CAPTURE(row.name, row.in);
    CHECK(reading_of(row.in) == row.want);
}
