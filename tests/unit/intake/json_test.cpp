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

}  // namespace

TEST_CASE("the JSON form says what a line says") {
    auto row = GENERATE(values<Row>({
        {"as in the book",
         R"({"v":1,"ev":"end","order":"10042","step":"push_to_crm","try":3,"of":3,"res":"fail","note":"timeout","a":{"weight":1.5}})",
         "end 10042 name=[push_to_crm] try=3 of=3 res=fail note=[timeout] @weight=1.5f"},
        {"no version given", R"({"ev":"status","order":"1","st":"NEW"})", "status 1 name=[NEW]"},
        {"version as text", R"({"v":"1","ev":"status","order":"1","st":"NEW"})", "status 1 name=[NEW]"},
        {"order as a number", R"({"ev":"status","order":10042,"st":"NEW"})", "status 10042 name=[NEW]"},
        {"case of keys", R"({"EV":"Status","Order":"1","ST":"NEW"})", "status 1 name=[NEW]"},
        {"escapes", R"({"ev":"end","order":"\u0417\u041a","step":"a\n\"b\"","err":"x\ty"})",
         "end ЗК name=[a\uFFFD\"b\"] err=[x\ty]"},
        {"escape of two halves", R"({"ev":"end","order":"1","step":"\ud83d\ude00"})", "end 1 name=[😀]"},
        {"numbers from their text", R"({"ev":"span","order":"1","step":"a","t":1795305599.5,"dur":0.25,"rc":-1})",
         "span 1 name=[a] t=-500000 -750000..-500000 res=fail rc=-1"},
        {"big numbers from their text",
         R"({"ev":"end","order":"1","step":"a","t":1795305599000000999,"seq":18446744073709551615})",
         "end 1 name=[a] t=-1000000 seq=18446744073709551615"},
        {"booleans as words", R"({"ev":"end","order":"1","step":"a","res":false})", "end 1 name=[a] res=fail"},
        {"null, empty and dash are absent", R"({"ev":"end","order":"1","step":"a","id":null,"err":"","inst":"-"})",
         "end 1 name=[a]"},
        {"the first member wins",
         R"({"ev":"end","ev":"span","order":"1","order":"2","step":"a","step":"b","note":"n","note":"m"})",
         "end 1 name=[a] note=[n]"},
        {"the first wins even if null", R"({"ev":"end","order":"1","step":"a","id":null,"id":"b"})", "end 1 name=[a]"},
        {"a beat without order", R"({"ev":"beat","inst":"w1"})", "beat  inst=[w1]"},
        {"a beat with a dash", R"({"ev":"beat","order":"-"})", "beat "},
        {"unknown members", R"({"ev":"end","order":"1","step":"a","Foo":5,"bar":true,"no":null})",
         "end 1 name=[a] @ext.foo=[5] @ext.bar=[true]"},
        {"unknown member, nested", R"({"ev":"end","order":"1","step":"a","foo":{"x": [1, "}"]}})",
         R"(end 1 name=[a] @ext.foo=[{"x": [1, "}"]}])"},
        {"no name", R"({"ev":"end","order":"1","step":"a","b c":5})", "end 1 name=[a] #event.rest=[b c=5]"},
        {"known member, nested", R"({"ev":"end","order":"1","step":"a","id":{"x":1}})",
         R"(end 1 name=[a] #event.rest=[id={"x":1}])"},
        {"unreadable numbers", R"({"ev":"span","order":"1","step":"a","dur":5,"try":"x","t":1e9})",
         "span 1 name=[a] #event.rest=[dur=5 try=x t=1e9]"},
        {"demoted", R"({"ev":"end","order":"1","res":"ok"})", "end! 1 @ext.res=[ok] #event.verb=[end]"},
        {"note is trimmed", R"({"ev":"note","order":"1","note":"  a b "})", "note 1 note=[a b]"},
    }));
    CAPTURE(row.name, row.in);
    CHECK(reading_of(row.in) == row.want);
}

TEST_CASE("attributes under a") {
    auto row = GENERATE(values<Row>({
        {"types", R"({"i":-7,"f":1.5,"e":1e3,"z":1.0,"t":true,"n":false,"s":"x"})",
         "@i=-7 @f=1.5f @e=1000f @z=1f @t=true @n=false @s=[x]"},
        {"null and empty are absent", R"({"x":null,"y":"","z":"-"})", "@z=[-]"},
        {"nested values as their text", R"({"o":{"a": 1},"l":[1,{"b":"]"}],"e":{},"x":1})",
         R"(@o=[{"a": 1}] @l=[[1,{"b":"]"}]] @e=[{}] @x=1)"},
        {"strings with brackets before nested ones", R"({"s":"{\"[","o":[1]})", R"(@s=[{"[] @o=[[1]])"},
        {"the first wins", R"({"x":1,"x":2,"y":null,"y":3})", "@x=1"},
        {"the product's own names", R"({"error":true,"order.id":5,"attempt":[1]})",
         "@ext._error=[true] @ext._order.id=[5] @ext._attempt=[[1]]"},
        {"integers that do not fit", R"({"x":9223372036854775807,"y":9223372036854775808})",
         "@x=9223372036854775807 #event.rest=[y=9223372036854775808]"},
        {"no number at all", R"({"x":1e999})", "#event.rest=[x=1e999]"},
        {"no name", R"({"a b":1,"w:f":2})", "#event.rest=[a b=1 w:f=2]"},
        {"case of names is kept", R"({"A":1,"a":2})", "@A=1 @a=2"},
    }));
    CAPTURE(row.name, row.in);
    const auto text = R"({"ev":"end","order":"1","step":"a","a":)" + std::string{row.in} + "}";
    CHECK(reading_of(text) == "end 1 name=[a] " + std::string{row.want});
}

TEST_CASE("a member `a` that is no object, or the second") {
    const std::string head = R"({"ev":"end","order":"1","step":"a","a":)";
    CHECK(reading_of(head + "5}") == "end 1 name=[a] #event.rest=[a=5]");
    CHECK(reading_of(head + "[1]}") == "end 1 name=[a] #event.rest=[a=[1]]");
    CHECK(reading_of(head + "null}") == "end 1 name=[a]");
    CHECK(reading_of(head + R"({"x":1},"a":{"y":2}})") == "end 1 name=[a] @x=1");
    CHECK(reading_of(head + R"(null,"a":{"y":2}})") == "end 1 name=[a]");
    CHECK(reading_of(head + R"({"a":{"y":2}},"id":"b"})") == R"(end 1 name=[a] id=[b] @a=[{"y":2}])");
}

TEST_CASE("objects, arrays and lines of JSON") {
    auto row = GENERATE(values<Row>({
        {"one object a line",
         "{\"ev\":\"status\",\"order\":1,\"st\":\"A\"}\n{\"ev\":\"status\",\"order\":2,\"st\":\"B\"}\n",
         "status 1 name=[A]\nstatus 2 name=[B]"},
        {"an array", R"([{"ev":"status","order":1,"st":"A"}, {"ev":"status","order":2,"st":"B"}])",
         "status 1 name=[A]\nstatus 2 name=[B]"},
        {"an object over several lines",
         "{\n  \"ev\": \"status\",\r\n  \"order\": 1,\n  \"st\": \"A\"\n}\nord1 status 2 st=B",
         "status 1 name=[A]\nstatus 2 name=[B]"},
        {"an array over several lines",
         "[\n{\"ev\":\"status\",\"order\":1,\"st\":\"A\"},\n{\"ev\":\"status\",\n\"order\":2,\"st\":\"B\"}\n]\n",
         "status 1 name=[A]\nstatus 2 name=[B]"},
        {"an empty array", "[]", ""},
        {"blanks in front", "  {\"ev\":\"status\",\"order\":1,\"st\":\"A\"}", "status 1 name=[A]"},
        {"a mark in front, padding behind", "\xEF\xBB\xBF{\"ev\":\"status\",\"order\":1,\"st\":\"A\"} \r\0"sv,
         "status 1 name=[A]"},
        {"among lines", "ord1 note 1 :x\n{\"ev\":\"status\",\"order\":1,\"st\":\"A\"}\nord1 note 2 :y",
         "note 1 note=[x]\nstatus 1 name=[A]\nnote 2 note=[y]"},
        {"a line below continues the note", "{\"ev\":\"note\",\"order\":1,\"note\":\"x\"}\n  at y",
         "note 1 note=[x\n  at y]"},
    }));
    CAPTURE(row.name);
    CHECK(reading_of(row.in) == row.want);
}

TEST_CASE("JSON that is rejected") {
    auto row = GENERATE(values<Row>({
        {"another version", R"({"v":2,"ev":"end"})", R"(reject version at 0 [{"v":2,"ev":"end"}])"},
        {"a version that is no number", R"({"v":[1],"ev":"end"})", R"(reject version at 0 [{"v":[1],"ev":"end"}])"},
        {"no verb", R"({"order":"1"})", R"(reject verb at 0 [{"order":"1"}])"},
        {"a verb that is none", R"({"ev":5,"order":"1"})", R"(reject verb at 0 [{"ev":5,"order":"1"}])"},
        {"no order", R"({"ev":"end"})", R"(reject order at 0 [{"ev":"end"}])"},
        {"an order that is none", R"({"ev":"end","order":{"x":1}})",
         R"(reject order at 0 [{"ev":"end","order":{"x":1}}])"},
        {"a syntax error", R"({"ev":"end",})", R"(reject json at 12 [{"ev":"end",}])"},
        {"cut", R"({"ev":"end")", R"(reject json at 11 [{"ev":"end"])"},
        {"cut in a string", "{\"ev\":\"end\",\"order\":\"1\nord1 note 1 :x",
         "reject json at 22 [{\"ev\":\"end\",\"order\":\"1]\nnote 1 note=[x]"},
        {"something behind", R"({"ev":"status","order":1,"st":"A"} x)",
         R"(reject json at 35 [{"ev":"status","order":1,"st":"A"} x])"},
        {"half of an escaped character", R"({"ev":"end","order":"1","step":"\ud83d"})",
         R"(reject json at 38 [{"ev":"end","order":"1","step":"\ud83d"}])"},
        {"what is no object", "[1, \"x\", {\"ev\":\"note\",\"order\":1,\"note\":\"x\"}, []]",
         "reject json at 1 [[1, \"x\", {\"ev\":\"note\",\"order\":1,\"note\":\"x\"}, []]]\n"
         "reject json at 4 [[1, \"x\", {\"ev\":\"note\",\"order\":1,\"note\":\"x\"}, []]]\nnote 1 note=[x]\n"
         "reject json at 45 [[1, \"x\", {\"ev\":\"note\",\"order\":1,\"note\":\"x\"}, []]]"},
        {"one bad element", R"([{"ev":"note","order":1,"note":"x"},{"ev"},{"ev":"note","order":2,"note":"y"}])",
         "note 1 note=[x]\nreject json at 41 "
         "[[{\"ev\":\"note\",\"order\":1,\"note\":\"x\"},{\"ev\"},{\"ev\":\"note\",\"order\":2,\"note\":\"y\"}]]\nnote "
         "2 note=[y]"},
        {"an array cut short", "[{\"ev\":\"note\",\"order\":1,\"note\":\"x\"},\nord1 note 2 :y",
         "note 1 note=[x]\nreject json at 36 [[{\"ev\":\"note\",\"order\":1,\"note\":\"x\"},]\nnote 2 note=[y]"},
        {"an object cut short, the next line is whole",
         "{\"ev\":\"end\",\n{\"ev\":\"note\",\"order\":1,\"note\":\"x\"}",
         "reject json at 12 [{\"ev\":\"end\",]\nnote 1 note=[x]"},
        {"brackets that do not pair", "{\"a\":[}", "reject json at 6 [{\"a\":[}]"},
    }));
    CAPTURE(row.name, row.in);
    CHECK(reading_of(row.in) == row.want);
}

TEST_CASE("nesting has an end") {
    const auto nested = [](std::size_t depth) {
        return R"({"ev":"note","order":1,"note":"x","n":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
    };
    CHECK(reading_of(nested(31)).starts_with("note 1 note=[x] @ext.n="));
    CHECK(reading_of(nested(32)).starts_with("reject json at "));
    std::string lines;
    for (int i = 0; i < 1000; ++i) lines += "[\n";
    CHECK(reading_of(lines).starts_with("reject json at "));
}

TEST_CASE("charsets of JSON") {
    auto row = GENERATE(values<Row>({
        {"legacy", "{\"ev\":\"end\",\"order\":\"\xC7\xCA\",\"step\":\"\\u0430\"}",
         "end ЗК name=[а] #text.charset=[windows-1251]"},
        {"named", "{\"cs\":\"cp866\",\"ev\":\"end\",\"order\":\"\x87\x8A\",\"step\":\"\\u0430\"}",
         "end ЗК name=[а] #text.charset=[cp866]"},
        {"named, plain text", R"({"cs":"cp866","ev":"end","order":"1","step":"a"})",
         "end 1 name=[a] #text.charset=[cp866]"},
        {"unknown", R"({"cs":"foo","ev":"end","order":"1","step":"a"})", "end 1 name=[a] #event.rest=[cs=foo]"},
        {"unknown, and legacy", "{\"cs\":\"foo\",\"ev\":\"end\",\"order\":\"\xC7\",\"step\":\"a\"}",
         "end З name=[a] #event.rest=[cs=foo] #text.charset=[windows-1251]"},
        {"each element its own",
         "[{\"ev\":\"end\",\"order\":\"\xC7\",\"step\":\"a\"},{\"ev\":\"end\",\"order\":\"З\",\"step\":\"a\"}]",
         "end З name=[a] #text.charset=[windows-1251]\nend З name=[a]"},
        {"named UTF-8 that is none", "{\"cs\":\"utf-8\",\"ev\":\"end\",\"order\":\"1\",\"step\":\"\xC7\"}",
         "end 1 name=[\uFFFD]"},
    }));
    CAPTURE(row.name);
    CHECK(reading_of(row.in) == row.want);
}

TEST_CASE("long JSON is not cut, its texts are") {
    const std::string text = R"({"ev":"note","order":1,"note":")" + std::string(20'000, 'n') + "\"}";
    CHECK(reading_of(text) == "note 1 note=[" + std::string(4096, 'n') + "] #event.truncated=true");
}
