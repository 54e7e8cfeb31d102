#include <algorithm>
#include <catch2/catch.hpp>

#include "orders/stays.h"
#include "unit/orders/orders_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

// "m1 sent received PRICE_CALCULATED; …"
std::string text_of(const Facts& facts) {
    std::string text;
    for (const auto& one : hand_offs_of(shop(), facts)) {
        if (!text.empty()) text += "; ";
        text += one.message.empty() ? "-" : one.message;
        text += one.sent ? " sent" : "";
        text += one.received ? " received" : "";
        text += one.status.empty() ? "" : ' ' + one.status;
    }
    return text;
}

struct Row {
    const char* name;
    Facts facts;
    const char* text;
};

void check(const Row& row) {
    CAPTURE(row.name);
    auto facts = row.facts;
    CHECK(text_of(facts) == row.text);
    std::reverse(facts.begin(), facts.end());
    CHECK(text_of(facts + facts) == row.text);
}

const auto priced_at_ten = status("mes", "PRICE_CALCULATED", at("10:00"));
const auto started_at_noon = status("mes", "MANUFACTURING_STARTED", at("12:00"));
const auto completed = status("mes", "MANUFACTURING_COMPLETED", at("12:00:20"));

}  // namespace

TEST_CASE("what was received is matched with what was sent") {
    check(GENERATE(values<Row>({
        {"nothing", {}, ""},
        {"sent only", {sent("mes", "crm", at("10:00"))}, "- sent"},
        {"received only", {received("mes", "crm", at("10:00"))}, "- received"},
        {"by message",
         {sent("mes", "crm", at("10:00")).msg("m1"), received("mes", "crm", at("11:00")).msg("m1")},
         "m1 sent received"},
        {"by message, whatever the clocks say",
         {sent("mes", "crm", at("10:00")).msg("m1"), received("mes", "crm", at("09:00")).msg("m1")},
         "m1 sent received"},
        {"another message",
         {sent("mes", "crm", at("10:00")).msg("m1"), received("mes", "crm", at("10:01")).msg("m2")},
         "m1 sent; m2 received"},
        {"the same message on another edge",
         {sent("mes", "crm", at("10:00")).msg("m1"), received("crm", "mes", at("10:01")).msg("m1")},
         "m1 sent; m1 received"},
        {"sent and received again is one",
         {sent("mes", "crm", at("10:00")).msg("m1"), sent("mes", "crm", at("10:01")).msg("m1").tried(2),
          received("mes", "crm", at("10:02")).msg("m1"), received("mes", "crm", at("10:03")).msg("m1")},
         "m1 sent received"},
        {"without a message by time",
         {sent("mes", "crm", at("10:00")), received("mes", "crm", at("10:01"))},
         "- sent received"},
        {"first with first",
         {sent("mes", "crm", at("10:00")), sent("mes", "crm", at("10:01")), received("mes", "crm", at("10:02"))},
         "- sent received; - sent"},
        {"received less than the skew before",
         {sent("mes", "crm", at("10:00")), received("mes", "crm", at("09:59:31"))},
         "- sent received"},
        {"received the skew before is another one",
         {sent("mes", "crm", at("10:00")), received("mes", "crm", at("09:59:30"))},
         "- received; - sent"},
        {"only the sender knows the message",
         {sent("mes", "crm", at("10:00")).msg("m1"), received("mes", "crm", at("10:01"))},
         "m1 sent received"},
        {"only the receiver knows the message",
         {sent("mes", "crm", at("10:00")), received("mes", "crm", at("10:01")).msg("m1")},
         "m1 sent received"},
        {"not what carries another status",
         {sent("mes", "crm", at("10:00")).st("SHIPPED"), received("mes", "crm", at("10:01")).st("PACKAGING")},
         "- sent SHIPPED; - received PACKAGING"},
        {"an edge that is none", {other(FactRecord::sent, "mes", "sent to crm", at("10:00"))}, ""},
    })));
}

TEST_CASE("which status a hand-off carries") {
    check(GENERATE(values<Row>({
        {"the one it names",
         {priced_at_ten, started_at_noon, sent("mes", "crm", at("12:01")).st("PRICE_CALCULATED")},
         "- sent PRICE_CALCULATED"},
        {"the one the receiver names",
         {priced_at_ten, received("mes", "crm", at("10:01")).st("PRICE_CALCULATED")},
         "- received PRICE_CALCULATED"},
        {"the sender's word goes first",
         {sent("mes", "crm", at("10:00")).msg("m").st("A"), received("mes", "crm", at("10:01")).msg("m").st("B")},
         "m sent received A"},
        {"else the sender's latest not after it",
         {priced_at_ten, started_at_noon, sent("mes", "crm", at("11:00"))},
         "- sent PRICE_CALCULATED"},
        {"at the same moment", {priced_at_ten, sent("mes", "crm", at("10:00"))}, "- sent PRICE_CALCULATED"},
        {"not one of another system", {priced_at_ten, sent("crm", "mes", at("10:01"))}, "- sent"},
        {"sent less than the skew ahead of the first",
         {priced_at_ten, sent("mes", "crm", at("09:59:31"))},
         "- sent PRICE_CALCULATED"},
        {"sent the skew ahead of it", {priced_at_ten, sent("mes", "crm", at("09:59:30"))}, "- sent"},
        {"the latest waits for its hand-off, so it is not the next one's",
         {started_at_noon, completed, sent("mes", "crm", at("12:00:10"))},
         "- sent MANUFACTURING_STARTED"},
        {"the latest has its hand-off, so it is the next one's",
         {started_at_noon, completed, sent("mes", "crm", at("12:00:01")), sent("mes", "crm", at("12:00:10"))},
         "- sent MANUFACTURING_STARTED; - sent MANUFACTURING_COMPLETED"},
        {"what is told of the latest counts, though it came later",
         {started_at_noon, completed, sent("mes", "crm", at("12:00:01")),
          sent("mes", "crm", at("12:00:10")).st("MANUFACTURING_STARTED")},
         "- sent MANUFACTURING_COMPLETED; - sent MANUFACTURING_STARTED"},
        {"the next one is too far away",
         {priced_at_ten, started_at_noon, sent("mes", "crm", at("10:01")), sent("mes", "crm", at("11:00"))},
         "- sent PRICE_CALCULATED; - sent PRICE_CALCULATED"},
        {"the latest need not reach that system",
         {started_at_noon, status("mes", "SHIPPED", at("12:00:20")), sent("mes", "online-shop", at("12:00:10"))},
         "- sent SHIPPED"},
        {"one the sender only confirmed is not its to hand on",
         {status("mes", "CREATED", at("09:59:50")), priced_at_ten, sent("mes", "crm", at("09:59:55"))},
         "- sent PRICE_CALCULATED"},
        {"a repeated status is one",
         {started_at_noon, status("mes", "MANUFACTURING_STARTED", at("12:00:05")), completed,
          sent("mes", "crm", at("12:00:01")), sent("mes", "crm", at("12:00:10"))},
         "- sent MANUFACTURING_STARTED; - sent MANUFACTURING_COMPLETED"},
        {"one received only goes by its own time",
         {priced_at_ten, received("mes", "crm", at("10:01"))},
         "- received PRICE_CALCULATED"},
        {"each edge by itself",
         {status("mes", "SHIPPED", at("12:00")), sent("mes", "crm", at("12:00:01")),
          sent("mes", "online-shop", at("12:00:02"))},
         "- sent SHIPPED; - sent SHIPPED"},
    })));
}

TEST_CASE("a status that was set again is another one") {
    const Facts facts = priced() + Facts{status("crm", "MANUFACTURING_APPROVED", at("11:00")),
                                         status("mes", "PRICE_CALCULATED", at("12:00")),
                                         sent("mes", "crm", at("10:01")).st("PRICE_CALCULATED"),
                                         sent("mes", "crm", at("11:59:50")).st("PRICE_CALCULATED"),
                                         sent("mes", "crm", at("12:01")).st("PRICE_CALCULATED")};
    const auto hand_offs = hand_offs_of(shop(), facts);
    REQUIRE(hand_offs.size() == 3);
    CHECK(hand_offs[0].status_at == at("10:00"));
    CHECK(hand_offs[1].status_at == at("12:00"));
    CHECK(hand_offs[2].status_at == at("12:00"));
}

TEST_CASE("a hand-off tells its edge, its way and both its facts") {
    const auto left = sent("mes", "crm", at("10:00:01")).msg("m1").by("q.price");
    const auto taken = received("mes", "crm", at("10:00:03")).msg("m1").by("other");
    HandOff expected;
    expected.edge = "mes>crm";
    expected.from = "mes";
    expected.to = "crm";
    expected.via = "q.price";
    expected.message = "m1";
    expected.status = "PRICE_CALCULATED";
    expected.status_at = at("10:00");
    expected.sent = left.start;
    expected.received = taken.start;
    expected.sent_id = left.id;
    expected.received_id = taken.id;
    CHECK(hand_offs_of(shop(), priced() + Facts{left, taken}) == std::vector<HandOff>{expected});
}
