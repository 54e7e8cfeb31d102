#include <catch2/catch.hpp>

#include "board/html_writer.h"

using namespace ordertrace;

TEST_CASE("escape_html leaves nothing that could be markup or move text") {
    struct Row {
        const char* name;
        std::string in, want;
    };
    const auto row = GENERATE(values<Row>({
        {"plain", "10042", "10042"},
        {"empty", "", ""},
        {"Russian", "заказ №1", "заказ №1"},
        {"an element", "<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"},
        {"the end of a script", "</script><script>", "&lt;/script&gt;&lt;script&gt;"},
        {"the end of an attribute", "\" onload=\"x", "&quot; onload=&quot;x"},
        {"the end of the other attribute", "' onload='x", "&#39; onload=&#39;x"},
        {"a reference", "&lt;b&gt;", "&amp;lt;b&amp;gt;"},
        {"right to left",
         "a\xE2\x80\xAE"
         "b",
         "a\\u{202e}b"},
        {"an isolate", "\xE2\x81\xA6x", "\\u{2066}x"},
        {"a line break", "a\nb\r\tc", "a\\nb\\r\\tc"},
        {"NUL", std::string{"a\0b", 3}, "a\\x00b"},
        {"no UTF-8",
         "a\xFF"
         "b",
         "a\\xffb"},
        {"an overlong <", "\xC0\xBCscript", "\\xc0\\xbcscript"},
    }));
    CAPTURE(row.name);
    CHECK(escape_html(row.in) == row.want);
}

TEST_CASE("percent_encoded leaves unreserved characters only") {
    struct Row {
        std::string in, want;
    };
    const auto row = GENERATE(values<Row>({{"10042", "10042"},
                                           {"A-z_0.9~", "A-z_0.9~"},
                                           {"a/b?c#d&e=f%", "a%2Fb%3Fc%23d%26e%3Df%25"},
                                           {"<\"'> +", "%3C%22%27%3E%20%2B"},
                                           {"ж", "%D0%B6"},
                                           {"../x", "..%2Fx"}}));
    CAPTURE(row.in);
    CHECK(percent_encoded(row.in) == row.want);
}

TEST_CASE("HtmlWriter escapes content and values") {
    HtmlWriter html;
    html.open("p", {{"class", "a"}, {"title", "\"><b>"}, {"hidden", ""}}).text("1 < 2").element("b", {}, "&").close();
    CHECK(html.take() == "<p class=\"a\" title=\"&quot;&gt;&lt;b&gt;\">1 &lt; 2<b>&amp;</b></p>");
}

TEST_CASE("HtmlWriter lets long names break after what joins their parts") {
    HtmlWriter html;
    html.name("MANUFACTURING_<b>-x.y");
    CHECK(html.take() == "MANUFACTURING_<wbr>&lt;b&gt;-<wbr>x.<wbr>y");
}
