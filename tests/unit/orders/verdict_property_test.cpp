#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "orders/stays.h"
#include "orders/verdict.h"
#include "unit/orders/orders_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

using std::chrono::hours;
using std::chrono::seconds;

// Times lie on a coarse grid, so that equal ones and ones within the skew are common.
TimePoint any_time() { return at("10:00") + seconds{10} * *rc::gen::inRange(0, 60) * *rc::gen::element(1, 1, 12, 144); }

std::string any_system() { return *rc::gen::element<std::string>("crm", "mes", "online-shop"); }
std::string any_step() { return *rc::gen::element<std::string>("push", "cut", "GET /"); }
std::string any_stage() {
    const auto place = *rc::gen::inRange<std::size_t>(0, shop().stages.size() + 1);
    return place < shop().stages.size() ? shop().stages[place].name : "PONDERING";
}

Told any_hand_off() {
    const auto from = any_system();
    const auto to = any_system();
    auto fact = *rc::gen::arbitrary<bool>() ? sent(from, to, any_time()) : received(from, to, any_time());
    if (*rc::gen::arbitrary<bool>()) fact.msg(*rc::gen::element<std::string>("m1", "m2", "m3"));
    if (*rc::gen::inRange(0, 3) == 0) fact.st(any_stage());
    if (*rc::gen::inRange(0, 3) == 0) fact.by(*rc::gen::element<std::string>("q1", "q2"));
    return fact;
}

Told any_step_fact() {
    const auto start = any_time();
    const auto end = start + seconds{10} * *rc::gen::inRange(0, 30);
    const auto system = any_system();
    const auto name = any_step();
    auto fact = [&] {
        switch (*rc::gen::inRange(0, 6)) {
            case 0: return started(system, name, start);
            case 1: return overdue(system, name, start, end);
            case 2: return given_up(system, name, start, end);
            case 3: return superseded(system, name, start, end);
            case 4: return failed(system, name, start, end);
            default: return step(system, name, start, end);
        }
    }();
    const auto number = *rc::gen::inRange<std::uint32_t>(0, 4);
    if (number > 0) fact.tried(number, *rc::gen::element<std::uint32_t>(0, 3));
    if (*rc::gen::arbitrary<bool>()) fact.inst(*rc::gen::element<std::string>("a", "b"));
    return fact;
}

Fact any_fact() {
    const auto kind = *rc::gen::inRange(0, 10);
    auto fact = kind < 4 ? status(any_system(), any_stage(), any_time()) : kind < 7 ? any_hand_off() : any_step_fact();
    // Now and then an id is that of another fact.
    if (*rc::gen::inRange(0, 8) == 0) fact.numbered(*rc::gen::inRange<std::uint64_t>(1, 4));
    return fact;
}

// An order's ordinary way to some stage; not every system comes to see every status.
Facts any_way() {
    Facts facts;
    const auto stages = *rc::gen::inRange<std::size_t>(0, shop().stages.size());
    auto time = at("10:00");
    for (std::size_t place = 0; place < stages; ++place) {
        const auto& stage = shop().stages[place];
        time += seconds{10} * *rc::gen::inRange(0, 60);
        facts.push_back(status(stage.set_by, stage.name, time));
        for (const auto& reach : stage.reaches)
            if (*rc::gen::inRange(0, 4) > 0) facts.push_back(status(reach.system, stage.name, time + seconds{20}));
    }
    return facts;
}

Facts any_facts() {
    Facts facts(*rc::gen::inRange<std::size_t>(0, 10));
    for (auto& fact : facts) fact = any_fact();
    return *rc::gen::arbitrary<bool>() ? facts : any_way() + facts;
}

using Beats = std::vector<std::pair<std::string, Beat>>;

Beats any_beats() {
    Beats beats(*rc::gen::inRange<std::size_t>(0, 8));
    for (auto& [system, made] : beats) {
        system = any_system();
        const auto start = any_time();
        made = beat(start, start + seconds{10} * *rc::gen::inRange(1, 90));
        made.host = *rc::gen::element<std::string>("h1", "h2");
        if (*rc::gen::arbitrary<bool>()) made.seen_at = made.end - seconds{10} * *rc::gen::inRange(0, 300);
        made.lost = *rc::gen::inRange(0, 6) == 0 ? 1 : 0;
        made.system_beats = *rc::gen::inRange(0, 2);
        if (*rc::gen::inRange(0, 6) == 0) made.restarts = {{*rc::gen::element<std::string>("a", "b"), start}};
    }
    return beats;
}

SystemLives lives_of(const Beats& beats) {
    SystemLives lives;
    for (const auto& [system, one] : beats) lives.add(system, one);
    return lives;
}

template <class T>
std::vector<T> shuffled(std::vector<T> all) {
    for (auto left = all.size(); left > 1; --left)
        std::swap(all[left - 1], all[*rc::gen::inRange<std::size_t>(0, left)]);
    return all;
}

template <class T>
std::vector<T> shuffled_with_repetitions(std::vector<T> all) {
    const auto once = all;
    for (const auto& one : once)
        if (*rc::gen::arbitrary<bool>()) all.push_back(one);
    return shuffled(std::move(all));
}

TimePoint any_now() {
    return any_time() + hours{*rc::gen::element(0, 0, 1, 2, 30, 200)} + Duration{*rc::gen::inRange(-1, 2)};
}

// RC_ASSERT takes its expression apart: || stops early only within brackets of its own.
bool is_about_a_hand_off(VerdictKind kind) {
    return kind == VerdictKind::not_sent || kind == VerdictKind::in_transit ||
           kind == VerdictKind::received_not_applied;
}

}  // namespace

TEST_CASE("facts and beats in any order and number give the same verdict") {
    CHECK(rc::check([] {
        const auto facts = any_facts();
        const auto beats = any_beats();
        const auto now = any_now();
        const auto verdict = judged(facts, now, lives_of(beats));
        RC_CLASSIFY(verdict.stuck(), std::string{word_for(verdict.kind)});
        RC_ASSERT(judged(shuffled_with_repetitions(facts), now, lives_of(shuffled_with_repetitions(beats))) == verdict);
    }));
}

TEST_CASE("the verdict stays the same up to its review") {
    CHECK(rc::check([] {
        const auto facts = any_facts();
        const auto lives = lives_of(any_beats());
        const auto now = any_now();
        const auto verdict = judged(facts, now, lives);
        RC_ASSERT((!verdict.review_at || *verdict.review_at > now));
        const auto last = verdict.review_at ? *verdict.review_at - Duration{1} : now + hours{24} * 400;
        RC_ASSERT(judged(facts, last, lives) == verdict);
        RC_ASSERT(judged(facts, now + (last - now) / 2, lives) == verdict);
        const auto part = *rc::gen::inRange<std::int64_t>(0, 1000);
        RC_ASSERT(judged(facts, now + (last - now) / 1000 * part, lives) == verdict);
    }));
}

TEST_CASE("what was not asked of does not change the verdict") {
    CHECK(rc::check([] {
        const auto facts = any_facts();
        auto beats = any_beats();
        const auto now = any_now();
        const auto verdict = judged(facts, now, lives_of(beats));
        const auto is_asked = [&](const auto& one) {
            return std::find(verdict.beats_of.begin(), verdict.beats_of.end(), one.first) != verdict.beats_of.end();
        };
        beats.erase(std::remove_if(beats.begin(), beats.end(), [&](const auto& one) { return !is_asked(one); }),
                    beats.end());
        RC_ASSERT(judged(facts, now, lives_of(beats)) == verdict);
    }));
}

TEST_CASE("what says nothing of an order changes nothing") {
    CHECK(rc::check([] {
        auto facts = any_facts();
        RC_PRE(!facts.empty());
        const auto now = any_now();
        const auto lives = lives_of(any_beats());
        const auto verdict = judged(facts, now, lives);
        const auto time = at("2d 10:00");
        for (const auto record : {FactRecord::mark, FactRecord::note, FactRecord::alias, FactRecord::title})
            facts.push_back(other(record, "order", "stuck in PACKAGING", time + seconds{static_cast<int>(record)}));
        facts.push_back(failed("mes", "http POST", time, time + seconds{1}));
        facts.push_back(status("mes", "PONDERING", time));
        RC_ASSERT(judged(shuffled(facts), now, lives) == verdict);
    }));
}

TEST_CASE("the parts of a verdict agree with each other") {
    CHECK(rc::check([] {
        const auto facts = any_facts();
        const auto now = any_now();
        const auto verdict = judged(facts, now, lives_of(any_beats()));
        const auto place = verdict.kind == VerdictKind::blind ? verdict.blinded : verdict.kind;
        RC_ASSERT((verdict.kind == VerdictKind::unknown) == facts.empty());
        RC_ASSERT((verdict.blinded != VerdictKind::unknown) == (verdict.kind == VerdictKind::blind));
        RC_ASSERT(is_about_a_hand_off(place) == !verdict.from.empty());
        RC_ASSERT(verdict.from.empty() == verdict.to.empty());
        RC_ASSERT(verdict.overdue == verdict.stuck());
        // A failed step or a dead system need not wait for the clock: theirs may run ahead.
        const bool by_clock = place != VerdictKind::failed && place != VerdictKind::died_inside;
        RC_ASSERT((!verdict.overdue || !by_clock || *verdict.deadline <= now));
        const bool has_step =
            place == VerdictKind::failed || place == VerdictKind::died_inside || place == VerdictKind::running;
        RC_ASSERT(has_step == !verdict.step.empty());
        if (verdict.deadline)
            RC_ASSERT(shop().deadline(verdict.since, {*verdict.limit, verdict.business}) == *verdict.deadline);
        RC_ASSERT(verdict.grounds.empty() == (verdict.stage.empty() && !has_step));
    }));
}

TEST_CASE("the last stay is the stage, and stays follow each other") {
    CHECK(rc::check([] {
        const auto facts = any_facts();
        const auto stays = stays_of(shop(), facts);
        RC_ASSERT(stays_of(shop(), shuffled_with_repetitions(facts)) == stays);
        RC_ASSERT(hand_offs_of(shop(), shuffled_with_repetitions(facts)) == hand_offs_of(shop(), facts));
        const auto verdict = judged(facts, any_now());
        RC_ASSERT(verdict.stage == (stays.empty() ? std::string{} : stays.back().stage));
        for (std::size_t i = 0; i + 1 < stays.size(); ++i) {
            RC_ASSERT(stays[i].until == stays[i + 1].since);
            RC_ASSERT(stays[i].since <= stays[i + 1].since);
            RC_ASSERT(stays[i].stage != stays[i + 1].stage);
        }
        RC_ASSERT((stays.empty() || !stays.back().until));
    }));
}
