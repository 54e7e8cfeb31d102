#include <catch2/catch.hpp>

#include "orders/verdict.h"
#include "unit/orders/orders_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

using std::chrono::minutes;

// "10:00-10:05" or, with a loss, "10:00-10:05 lost".
Beat told(std::string_view text) {
    const auto dash = text.find('-');
    const auto space = text.find(' ');
    auto one = beat(at(text.substr(0, dash)), at(text.substr(dash + 1, space - dash - 1)));
    if (text.ends_with("lost")) one.lost = 1;
    if (text.ends_with("missing")) one.missing = 1;
    if (text.ends_with("dropped")) one.dropped = 1;
    if (text.ends_with("rejected")) one.rejected = 1;
    return one;
}

SystemLives of(const char* system, const std::vector<const char*>& beats) {
    SystemLives lives;
    for (const auto* text : beats) lives.add(system, told(text));
    return lives;
}

const auto unsent = "not_sent PRICE_CALCULATED mes mes>crm, mes to act";
const auto blind = "blind(not_sent) PRICE_CALCULATED mes mes>crm, mes to act";

}  // namespace

// The MES priced the order at 10:00 and sent nothing; the limit was 10:05, now it is 10:20.
TEST_CASE("when the missing fact may only not have been seen") {
    struct Row {
        const char* name;
        std::vector<const char*> beats;
        const char* words;
    };
    const auto row = GENERATE(values<Row>({
        {"no beat at all", {}, unsent},
        {"covered throughout", {"09:55-10:00", "10:00-10:05", "10:05-10:10", "10:10-10:15"}, unsent},
        {"a loss in the kernel", {"09:55-10:00", "10:00-10:05 lost", "10:05-10:20"}, blind},
        {"a gap in the numbers", {"09:55-10:00", "10:00-10:05 missing", "10:05-10:20"}, blind},
        {"spans dropped for this store", {"09:55-10:00", "10:00-10:05 dropped", "10:05-10:20"}, blind},
        {"rejected lines are no loss", {"09:55-10:00", "10:00-10:05 rejected", "10:05-10:20"}, unsent},
        {"a loss before", {"09:55-10:00 lost", "10:00-10:20"}, unsent},
        {"a loss that began before", {"09:55-10:01 lost", "10:01-10:20"}, blind},
        {"a loss after the limit", {"10:00-10:05", "10:05-10:20 lost"}, unsent},
        {"a gap in the middle", {"09:55-10:01", "10:11:01-10:20"}, blind},
        {"a gap just short enough", {"09:55-10:01", "10:11-10:20"}, unsent},
        {"a gap that ended before", {"09:00-09:05", "10:00-10:20"}, unsent},
        {"a gap that began before", {"09:00-09:05", "10:00:01-10:20"}, blind},
        {"a gap after the limit", {"09:55-10:05", "10:18-10:20"}, unsent},
        {"nothing covered since", {"09:00-09:30"}, blind},
        {"nothing covered since, but not for long", {"09:30-10:04", "10:04-10:11"}, unsent},
        {"nothing covered since the middle of the time", {"09:30-10:04"}, blind},
        {"nothing covered since the limit", {"09:30-10:05"}, unsent},
        {"no earlier beat", {"10:04-10:20"}, unsent},
        {"no earlier beat, but a loss", {"10:04-10:20 lost"}, blind},
        {"a long beat covers the gap of short ones", {"09:00-10:20", "09:00-09:05", "10:15-10:20"}, unsent},
    }));
    CAPTURE(row.name);
    CHECK(words(judged(priced(), at("10:20"), of("mes", row.beats))) == row.words);
}

TEST_CASE("whose beats count, and from when") {
    const auto left = sent("mes", "crm", at("10:02"));
    const auto taken = received("mes", "crm", at("10:03"));
    struct Row {
        const char* name;
        Facts facts;
        const char* system;
        const char* loss;
        const char* words;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"of not_sent the sender's", {}, "mes", "10:00-10:01 lost", blind},
        {"not the receiver's", {}, "crm", "10:00-10:05 lost", unsent},
        {"of in_transit the receiver's",
         {left},
         "crm",
         "10:02-10:03 lost",
         "blind(in_transit) PRICE_CALCULATED mes mes>crm, crm to act"},
        {"from when it was sent",
         {left},
         "crm",
         "10:00-10:02 lost",
         "in_transit PRICE_CALCULATED mes mes>crm, crm to act"},
        {"not the sender's", {left}, "mes", "10:00-10:05 lost", "in_transit PRICE_CALCULATED mes mes>crm, crm to act"},
        {"of received_not_applied the receiver's",
         {left, taken},
         "crm",
         "10:03-10:04 lost",
         "blind(received_not_applied) PRICE_CALCULATED crm mes>crm, crm to act"},
        {"from when it was received",
         {left, taken},
         "crm",
         "10:02-10:03 lost",
         "received_not_applied PRICE_CALCULATED crm mes>crm, crm to act"},
        {"sent after the limit nothing was waited for",
         {sent("mes", "crm", at("10:10"))},
         "crm",
         "10:00-10:20 lost",
         "in_transit PRICE_CALCULATED mes mes>crm, crm to act"},
    }));
    CAPTURE(row.name);
    CHECK(words(judged(priced() + row.facts, at("10:20"), of(row.system, {row.loss, "10:01-10:20"}))) == row.words);
}

TEST_CASE("late in a stage is blind by the system that sets the next one") {
    const auto late = "late PRICE_CALCULATED mes, crm to act";
    const auto blind_late = "blind(late) PRICE_CALCULATED mes, crm to act";
    const auto now = at("3d 12:00");
    CHECK(words(judged(priced_and_seen(), now)) == late);
    CHECK(words(judged(priced_and_seen(), now, of("crm", {"1d 10:00-1d 10:05 lost", "1d 10:05-3d 12:00"}))) ==
          blind_late);
    CHECK(words(judged(priced_and_seen(), now, of("mes", {"1d 10:00-1d 10:05 lost"}))) == late);
    const auto verdict = judged(priced_and_seen(), now, of("crm", {"10:00-10:05"}));
    CHECK(words(verdict) == blind_late);
    CHECK(verdict.beats_of == std::vector<std::string>{"crm"});
    CHECK(verdict.stuck());
    auto anyone = shop();
    anyone.stages[1].next = {"CANCELLED"};
    CHECK(words(judged(priced_and_seen(), now, of("crm", {"10:00-10:05"}), anyone)) == "late PRICE_CALCULATED mes");
}

TEST_CASE("blindness replaces no other verdict") {
    const auto lives = of("crm", {"09:00-12:00 lost"});
    const auto broken = failed("crm", "push", at("10:10"), at("10:11"));
    CHECK(words(judged(priced_and_seen() + Facts{broken}, at("10:20"), lives)) ==
          "failed PRICE_CALCULATED crm push, crm to act");
    CHECK(words(judged(priced_and_seen(), at("10:20"), lives)) == "on_time PRICE_CALCULATED mes, crm to act");
    CHECK(words(judged(priced_and_seen() + Facts{started("crm", "push", at("10:10"))}, at("10:20"), lives)) ==
          "running PRICE_CALCULATED crm push, crm to act");
}

TEST_CASE("a blind verdict keeps the limit and the grounds of what it replaces") {
    const auto seeing = judged(priced(), at("10:20"));
    auto verdict = judged(priced(), at("10:20"), of("mes", {"10:00-10:05 lost"}));
    CHECK(verdict.stuck());
    verdict.kind = verdict.blinded;
    verdict.blinded = VerdictKind::unknown;
    CHECK(verdict == seeing);
}

TEST_CASE("the verdict is reviewed when the last beat is too old") {
    const auto lives = of("mes", {"09:00-10:04"});
    const auto verdict = judged(priced(), at("10:14"), lives);
    CHECK(words(verdict) == unsent);
    CHECK(verdict.review_at == at("10:14") + Duration{1});
    CHECK(words(judged(priced(), *verdict.review_at, lives)) == blind);
}

TEST_CASE("the gap is the setting's") {
    const auto lives = of("mes", {"09:55-10:01", "10:03-10:20"});
    CHECK(words(judge(shop(), order_of(priced()), lives, at("10:20"), {minutes{1}})) == blind);
    CHECK(words(judge(shop(), order_of(priced()), lives, at("10:20"), {minutes{2}})) == unsent);
}
