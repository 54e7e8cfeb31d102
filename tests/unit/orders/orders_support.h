// Facts of orders written as short words, times of one week written as clock times, and the lifecycle that ships.
// Ids follow from the contents as in real spans: the same event twice is one fact, a marker names its step.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orders/fact.h"
#include "orders/lifecycle.h"
#include "orders/system_life.h"
#include "orders/verdict.h"

namespace ordertrace::test {

// "10:00:05" on Monday, 23 November 2026, UTC; "3d 10:00" three days later. The seconds may have a fraction.
TimePoint at(std::string_view clock);

// A fact that can be told more of.
struct Told : Fact {
    TimePoint begun{};            // the start of the step a marker speaks of, else of the fact
    Told& msg(std::string text);  // of sent and received
    Told& st(std::string text);
    Told& by(std::string text);  // messaging.destination.name
    Told& tried(std::uint32_t number, std::uint32_t of = 0);
    Told& inst(std::string text);
    Told& remark(std::string text);
    Told& numbered(std::uint64_t number);  // another id of its own
};

Told status(std::string system, std::string name, TimePoint time);
Told step(std::string system, std::string name, TimePoint start, TimePoint end, FactResult result = FactResult::ok);
Told failed(std::string system, std::string name, TimePoint start, TimePoint end);
Told started(std::string system, std::string name, TimePoint start);
Told overdue(std::string system, std::string name, TimePoint start, TimePoint limit);
Told given_up(std::string system, std::string name, TimePoint start, TimePoint end);
Told superseded(std::string system, std::string name, TimePoint start, TimePoint end);
Told sent(std::string from, std::string to, TimePoint time);
Told received(std::string from, std::string to, TimePoint time);
Told other(FactRecord record, std::string system, std::string name, TimePoint time);

// Without a failure and with the system heard at its end.
Beat beat(TimePoint start, TimePoint end);

// The lifecycle of an online shop, a CRM and a MES, as in the example file.
const Lifecycle& shop();

OrderFacts order_of(std::vector<Fact> facts);
using Facts = std::vector<Fact>;
Facts operator+(Facts some, const Facts& more);
// Created at 09:00 and seen by all, priced by the MES at 10:00: the CRM has to see it until 10:05.
Facts priced();
// The same, seen by the CRM at 10:01.
Facts priced_and_seen();

// The verdict in short: "in_transit PRICE_CALCULATED mes mes>crm, crm to act"; a blind one as "blind(late) …".
std::string words(const Verdict& verdict);
Verdict judged(const std::vector<Fact>& facts, TimePoint now, const SystemLives& systems = {},
               const Lifecycle& lifecycle = shop());

}  // namespace ordertrace::test
