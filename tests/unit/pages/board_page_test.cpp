#include <catch2/catch.hpp>

#include "unit/pages/page_samples.h"

using namespace ordertrace;
using namespace ordertrace::test;
using Catch::Matchers::Contains;

namespace {

std::string page_of(const Overview& overview, const DigestPage& stuck = {},
                    const PageContext& context = page_context()) {
    return board_page(overview, stuck, shop_lifecycle(), context);
}

DigestPage one_stuck() { return {{digest_of(in_transit_order())}, ""}; }

}  // namespace

TEST_CASE("the headline says how many orders are stuck") {
    struct Row {
        const char* name;
        std::uint64_t stuck;
        bool caught_up;
        Language language;
        const char *text, *mood;
    };
    const auto row = GENERATE(values<Row>({
        {"none", 0, true, Language::english, "Nothing is stuck.", "is-done"},
        {"none so far", 0, false, Language::english, "No stuck order was found so far.", "is-quiet"},
        {"one", 1, true, Language::english, "1 order is stuck", "is-bad"},
        {"many", 12, true, Language::english, "12 orders are stuck", "is-bad"},
        {"none, Russian", 0, true, Language::russian, "Ничего не застряло.", "is-done"},
        {"one, Russian", 1, true, Language::russian, "Застрял 1 заказ", "is-bad"},
        {"many, Russian", 12, true, Language::russian, "Застряло заказов: 12", "is-bad"},
    }));
    CAPTURE(row.name);
    auto overview = quiet_overview();
    overview.stuck = row.stuck;
    overview.caught_up = row.caught_up;
    const auto page = page_of(overview, {}, page_context(row.language));
    CHECK_THAT(page, Contains("<h1 class=\"headline\" data-stuck=\"" + std::to_string(row.stuck) +
                              "\"><span class=\"state " + row.mood + "\"><svg class=\"icon\""));
    CHECK_THAT(page, Contains(std::string{"</svg>"} + row.text + "</span></h1>"));
    CHECK_THAT(page, Contains(std::string{"<title>"} + row.text + " · "));
    CHECK_THAT(page, Contains(std::string{"data-news=\""} + row.text + '"'));
}

TEST_CASE("the page is in the reader's language") {
    CHECK_THAT(page_of(busy_overview()), Contains("<!DOCTYPE html>\n<html lang=\"en\">"));
    const auto russian = page_of(busy_overview(), one_stuck(), page_context(Language::russian));
    CHECK_THAT(russian, Contains("<html lang=\"ru\">"));
    CHECK_THAT(russian, Contains("MES выставила статус PRICED 3 ч назад и отправила его в CRM через q.price"));
    CHECK_THAT(russian, Contains(">В пути</span>"));
}

TEST_CASE("a stage shows its counts and leads to its list") {
    const auto page = page_of(busy_overview());
    CHECK_THAT(page, Contains("<li class=\"stage has-stuck\" data-key=\"stage CREATED\" data-stage=\"CREATED\">"
                              "<a class=\"tile\" href=\"/?stage=CREATED#stuck\" "
                              "title=\"Show what is stuck in CREATED\">"
                              "<span class=\"stage-name\">CREATED</span><span class=\"count\">41</span> "));
    CHECK_THAT(page, Contains("1 stuck</span> <span class=\"muted\">oldest 5\u00A0h</span></a></li>"));
    CHECK(page.find("data-stage=\"CREATED\"") < page.find("data-stage=\"PRICE_CALCULATED\""));
}

TEST_CASE("orders without a status are a stage without a list") {
    auto overview = quiet_overview();
    overview.stages.emplace_back().orders = 4;
    CHECK_THAT(page_of(overview), Contains("<div class=\"tile\"><span class=\"stage-name\">No status yet</span>"
                                           "<span class=\"count\">4</span> </div>"));
}

TEST_CASE("a stuck order stands in the list with its verdict") {
    CHECK_THAT(page_of(busy_overview(), one_stuck()),
               Contains("<tr role=\"row\" data-key=\"order 10042\" class=\"is-bad\"><th scope=\"row\" "
                        "role=\"rowheader\"><a href=\"/orders/10042\">10042</a></th>") &&
                   Contains("In transit</span> <span class=\"sentence\">MES set PRICED 3 h ago and sent it to the CRM "
                            "by q.price; the CRM has not taken it (limit 5 min). Look at the queue q.price.</span>") &&
                   Contains("data-label=\"Who is to act\">CRM</td>") &&
                   Contains("<time datetime=\"2026-11-22T09:00:00.000Z\">2026-11-22 09:00:00 UTC</time>") &&
                   Contains("data-label=\"For\">3 h</td></tr>"));
}

TEST_CASE("the list says what it is of and leads on") {
    auto context = page_context();
    context.stage = "PRICED";
    auto stuck = one_stuck();
    stuck.next = "a b";
    const auto page = page_of(quiet_overview(), stuck, context);
    CHECK_THAT(page, Contains("<h2 id=\"stuck-heading\">Stuck in PRICED</h2>"));
    CHECK_THAT(page, Contains("href=\"/?stage=PRICED#stuck\" title=\"Show what is stuck in PRICED\" "
                              "aria-current=\"true\""));
    CHECK_THAT(page, Contains("<p class=\"links\"><a href=\"/?stage=PRICED&amp;cursor=a%20b#stuck\" "
                              "rel=\"next\">Show more</a><a href=\"/#stuck\">Show all stages</a></p>"));
    context.first_page = false;
    context.stage.clear();
    CHECK_THAT(page_of(quiet_overview(), stuck, context),
               Contains("<p class=\"links\"><a href=\"/?cursor=a%20b#stuck\" rel=\"next\">Show more</a>"
                        "<a href=\"/#stuck\">Back to the worst</a></p>"));
    context.stage = "SHIPPED";
    CHECK_THAT(page_of(quiet_overview(), {}, context), Contains("Nothing is stuck in SHIPPED.</span>"));
}

TEST_CASE("the register's own state is said") {
    struct Row {
        const char* name;
        Overview overview;
        const char* banner;  // nullptr: none
    };
    auto behind = quiet_overview();
    behind.caught_up = false;
    auto troubled = quiet_overview();
    troubled.trouble = "the store does not answer";
    const auto row = GENERATE_COPY(values<Row>({
        {"well", quiet_overview(), nullptr},
        {"no cycle yet", Overview{}, "The register has just started and has not looked at the orders yet."},
        {"catching up", behind, "The register is still reading the orders: counts and lists are not complete yet."},
        {"in trouble", troubled,
         "The register could not look at the orders: the store does not answer. What is shown here is older."},
    }));
    CAPTURE(row.name);
    const auto page = page_of(row.overview);
    CHECK(count_of(page, "<p class=\"banner is-warning\"><svg") == (row.banner == nullptr ? 0 : 1));
    if (row.banner != nullptr) CHECK_THAT(page, Contains(std::string{"</svg>"} + row.banner + "</p>"));
}

TEST_CASE("edges, systems and durations are told") {
    const auto page = page_of(busy_overview());
    CHECK_THAT(page, Contains("role=\"rowheader\">MES → CRM</th>"));
    CHECK_THAT(page, Contains("data-label=\"Sent\">1904</td>") && Contains("data-label=\"Oldest missing\">2 h</td>"));
    CHECK_THAT(page, Contains("silent for 40 min</span>"));
    CHECK_THAT(page, Contains("crm-1, crm-2</span>"));
    CHECK_THAT(page, Contains("<td class=\"number window\">50 min</td><td class=\"number\">2 h 30 min</td>"
                              "<td class=\"number\">10</td>"));
    CHECK_THAT(page, Contains("<th scope=\"row\">calc_<wbr>price <span class=\"muted small\">MES</span></th>"));
    CHECK(page.find("data-key=\"stay SHIPPED\"") == std::string::npos);  // nothing leaves a terminal stage
}

TEST_CASE("a system that was never seen and a duration nobody took are told") {
    Overview overview = quiet_overview();
    overview.systems.emplace_back().system = "crm";
    overview.stages.front().stays = {};
    const auto page = page_of(overview);
    CHECK_THAT(page, Contains("<span class=\"muted\">never</span>"));
    CHECK_THAT(page, Contains("<td class=\"number window\">–</td><td class=\"number\">–</td>"
                              "<td class=\"number\">0</td>"));
}

TEST_CASE("the base path stands before every address") {
    auto context = page_context();
    context.base_path = "/board/";
    const auto page = page_of(busy_overview(), one_stuck(), context);
    CHECK(count_of(page, "=\"/") == count_of(page, "=\"/board/"));
    CHECK_THAT(page, Contains("action=\"/board/orders/\" method=\"get\""));
}

TEST_CASE("the board keeps outside text inert and needs nothing inline") {
    auto overview = busy_overview();
    overview.stages.front().stage = "<script>x</script>";
    overview.edges.front().edge = "<i>a>b\"";
    overview.systems.front().hosts = {"<u>"};
    overview.steps.front().step = "\" onclick=\"x";
    overview.trouble = "<marquee>";
    const auto page = page_of(overview, {{digest_of(hostile_order())}, "\"><b>"});
    for (const auto* part : {"<script>", "<img", "<i>", "<u>", "<b>", "<marquee>", " style=", "\" onclick",
                             " onload=\"", "javascript:", "\xE2\x80\xAE"}) {
        CAPTURE(part);
        CHECK(page.find(part) == std::string::npos);
    }
    CHECK(count_of(page, "<script") == 1);
    CHECK_THAT(page, Contains("<a href=\"/orders/%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E\">"
                              "&lt;img src=x onerror=alert(1)&gt;</a>"));
}

TEST_CASE("trouble_page says what is wrong") {
    CHECK_THAT(trouble_page("the store <x> does not answer", page_context()),
               Contains("The register cannot answer</span></h1><p class=\"sentence\">the store &lt;x&gt; does not "
                        "answer</p>"));
}
