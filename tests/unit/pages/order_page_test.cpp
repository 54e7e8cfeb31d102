#include <catch2/catch.hpp>

#include "board/facts_table.h"
#include "unit/pages/page_samples.h"

using namespace ordertrace;
using namespace ordertrace::test;
using Catch::Matchers::Contains;

namespace {

std::string page_of(const OrderAnswer& answer, const PageContext& context = page_context()) {
    return order_page(answer, shop_lifecycle(), context);
}

std::string sample_page(std::string_view wanted) {
    for (const auto& [name, answer] : sample_orders()) {
        if (name != wanted) continue;
        auto context = page_context();
        context.now = answer.now;
        return page_of(answer, context);
    }
    FAIL("no such sample");
    return {};
}

}  // namespace

TEST_CASE("the headline is the state and the sentence") {
    struct Row {
        const char *order, *word, *mood, *state;
    };
    const auto row = GENERATE(values<Row>({
        {"failed", "failed", "is-bad", "Failed"},
        {"not-sent", "not_sent", "is-bad", "Not sent"},
        {"in-transit", "in_transit", "is-bad", "In transit"},
        {"received-not-applied", "received_not_applied", "is-bad", "Received, not applied"},
        {"running", "running", "is-good", "Running"},
        {"running-overdue", "running", "is-warning", "Running too long"},
        {"late", "late", "is-warning", "Late"},
        {"finished", "finished", "is-done", "Finished"},
        {"on-time", "on_time", "is-good", "On time"},
        {"unknown", "unknown", "is-quiet", "Unknown"},
    }));
    CAPTURE(row.order);
    const std::string mood = row.mood;
    CHECK_THAT(sample_page(row.order),
               Contains("<h1 class=\"headline " + mood + "\" data-verdict=\"" + row.word + "\"><span class=\"state " +
                        mood + "\"><svg class=\"icon\"") &&
                   Contains(std::string{"</svg>"} + row.state + "</span> <span class=\"sentence\">"));
}

TEST_CASE("the facts of the verdict stand under it") {
    const auto page = sample_page("in-transit");
    CHECK_THAT(page, Contains("<title>10042 – In transit · Order register</title>"));
    CHECK_THAT(page, Contains("<dt>Who is to act</dt><dd>CRM</dd>"));
    CHECK_THAT(page, Contains("<dt>Since</dt><dd><time datetime=\"2026-11-22T09:00:00.000Z\">2026-11-22 09:00:00 "
                              "UTC</time> <span class=\"muted\">(3 h)</span></dd>"));
    CHECK_THAT(page, Contains("<dt>Limit</dt><dd>5 min, passed 2 h 55 min ago</dd>"));
    CHECK_THAT(page, Contains("<dt>Expected next</dt><dd>SHIPPED</dd>"));
    CHECK_THAT(page, Contains("<a href=\"http://jaeger.example/trace/8d9100000000000000000000000000ff\" "
                              "rel=\"noreferrer\">Trace in Jaeger</a>"));
    CHECK_THAT(sample_page("failed"), Contains("<dt>Attempt</dt><dd>3 of 3</dd>"));
}

TEST_CASE("a limit in open hours and one still to come are told") {
    auto answer = in_transit_order();
    answer.verdict.business = true;
    answer.verdict.limit = 24h;
    answer.verdict.deadline = page_now + 90min;
    CHECK_THAT(page_of(answer), Contains("<dd>1 d of open hours, 1 h 30 min left</dd>"));
    CHECK_THAT(page_of(answer, page_context(Language::russian)),
               Contains("<dd>1 д рабочего времени, осталось 1 ч 30 мин</dd>"));
}

TEST_CASE("aliases are named and their traces linked") {
    auto answer = in_transit_order();
    answer.asked = "77";
    answer.order.aliases = {"crm:77"};
    answer.alias_traces = {{"crm:77", "00ff"}};
    const auto page = page_of(answer);
    CHECK_THAT(page, Contains("also known as crm:77"));
    CHECK_THAT(page, Contains("77 is another name of this order."));
    CHECK_THAT(page, Contains("<a href=\"http://jaeger.example/trace/00ff\" rel=\"noreferrer\">Trace of crm:77 in "
                              "Jaeger</a>"));
    auto context = page_context();
    context.jaeger_url.clear();
    CHECK(page_of(answer, context).find("Jaeger") == std::string::npos);
}

TEST_CASE("an unknown order names those near it") {
    const auto page = page_of(unknown_order_answer("1/4", {"1/42", "1\"43"}));
    CHECK_THAT(page, Contains("Nothing is known of the order 1/4: no system has reported anything about it."));
    CHECK_THAT(page, Contains("<li><a href=\"/orders/1%2F42\">1/42</a></li><li><a "
                              "href=\"/orders/1%2243\">1&quot;43</a></li>"));
    CHECK_THAT(page, Contains("value=\"1/4\""));
    CHECK(page.find("id=\"timeline\"") == std::string::npos);
    CHECK(page.find("id=\"facts\"") == std::string::npos);
    CHECK(page_of(unknown_order_answer("x", {})).find("id=\"nearest\"") == std::string::npos);
}

TEST_CASE("the picture is told to those who cannot see it") {
    CHECK_THAT(sample_page("in-transit"),
               Contains("role=\"img\" aria-labelledby=\"timeline-title timeline-text\"") &&
                   Contains("<title id=\"timeline-title\">Timeline</title><desc id=\"timeline-text\">MES set PRICED") &&
                   Contains("The stages one after another: CREATED: 1 h. PRICED: 3 h so far. The table below lists "
                            "every fact.</desc>"));
}

TEST_CASE("the picture shows stays, steps and messages to scale") {
    // From 8:00 to 12:00 with a margin of 5 minutes: an hour is 24 %.
    const auto page = sample_page("in-transit");
    CHECK_THAT(page, Contains("data-from=\"2026-11-22T07:55:00.000Z\" data-to=\"2026-11-22T12:05:00.000Z\""));
    CHECK_THAT(page, Contains("data-columns=\"7\" x=\"2%\" y=\"40\" width=\"24%\" height=\"24\" overflow=\"visible\">"
                              "<rect class=\"stay\""));
    CHECK_THAT(page, Contains("data-columns=\"6\" x=\"26%\" y=\"40\" width=\"72%\""));
    CHECK_THAT(page, Contains("x=\"6%\" y=\"172\" width=\"19.2%\" height=\"16\" overflow=\"visible\"><rect "
                              "class=\"bar-done\""));
    CHECK_THAT(page, Contains("<title data-time=\"2026-11-22T08:10:00.000Z\">2026-11-22 08:10:00 UTC · calc_price · "
                              "MES · 48 min · ok</title>"));
    CHECK_THAT(page, Contains("<line class=\"message\" x1=\"2.06667%\" y1=\"90\" x2=\"2.26667%\" y2=\"158\" "
                              "marker-end=\"url(#head)\">"));
    CHECK_THAT(page, Contains("online-shop → MES · CREATED sent and received"));
}

TEST_CASE("what is missing is drawn as missing") {
    const auto page = sample_page("in-transit");
    CHECK_THAT(page, Contains("<line class=\"message is-missing\" x1=\"26.13333%\" y1=\"158\" x2=\"28%\" y2=\"124\" "
                              "marker-end=\"url(#head-missing)\">"));
    CHECK_THAT(page, Contains("x=\"28%\" y=\"116\" width=\"70%\" height=\"16\" overflow=\"visible\"><rect "
                              "class=\"missing\""));
    CHECK_THAT(page, Contains("y=\"128\">not taken</text>"));
    CHECK(count_of(page, "class=\"message is-half\"") == 0);            // the missing message is not drawn twice
    CHECK(count_of(sample_page("on-time"), "class=\"missing\"") == 1);  // in the legend
}

TEST_CASE("a failed step is red and named beside its bar") {
    CHECK_THAT(sample_page("failed"), Contains("<rect class=\"bar-failed\"") &&
                                          Contains("MES · 20 min · failed · connection refused by "
                                                   "crm.internal:8080</title>") &&
                                          Contains("text-anchor=\"start\">push_to_crm</text>"));
}

TEST_CASE("every fact stands in the table, and those the verdict rests on are marked") {
    const auto answer = in_transit_order();
    const auto page = page_of(answer);
    CHECK(count_of(page, "data-key=\"fact ") == answer.order.facts.size());
    CHECK(count_of(page, "class=\"ground\"") == answer.verdict.grounds.size());
    CHECK_THAT(page, Contains("data-label=\"Name\">mes&gt;crm · PRICED <span class=\"muted small\">q.price</span> · "
                              "<span class=\"muted small\">m-3</span></td>"));
    CHECK_THAT(page, Contains("aria-label=\"The verdict rests on this fact\""));
    CHECK_THAT(page, Contains("calc_<wbr>price <span class=\"muted small\">Attempt 1 of 3</span>"));
}

TEST_CASE("of very many facts the latest are listed") {
    std::vector<Fact> facts{status_fact("online-shop", "CREATED", t0)};
    for (std::size_t i = 0; i < most_facts_shown; ++i) facts.push_back(step_fact("mes", "try", t0 + (i + 1) * 1s, 1s));
    const auto page = page_of(answer_of("1", facts));
    CHECK(count_of(page, "data-key=\"fact ") == most_facts_shown);
    CHECK_THAT(page, Contains("The 1000 latest facts are listed."));
    CHECK(page.size() < 2U << 20U);
}

TEST_CASE("an order's page keeps outside text inert and needs nothing inline") {
    const auto language = GENERATE(Language::english, Language::russian);
    const auto page = page_of(hostile_order(), page_context(language));
    for (const auto* part :
         {"<script>", "<img", "<b>", "<svg onload", " style=", "\" onload", "javascript:", "\xE2\x80\xAE"}) {
        CAPTURE(part);
        CHECK(page.find(part) == std::string::npos);
    }
    CHECK(count_of(page, "<script") == 1);
    CHECK_THAT(page, Contains("&lt;script&gt;alert(1)&lt;/script&gt; \\u{202e} gnp.exe\\n&amp;amp;"));
}

TEST_CASE("headings follow one another and ids are unique") {
    const auto page = sample_page("in-transit");
    CHECK(count_of(page, "<h1") == 1);
    CHECK(page.find("<h1") < page.find("<h2"));
    CHECK(count_of(page, "<h3") == 0);
    for (const auto* id : {"main", "timeline", "timeline-title", "timeline-text", "facts", "search", "news", "head"}) {
        CAPTURE(id);
        CHECK(count_of(page, std::string{" id=\""} + id + '"') == 1);
    }
}
