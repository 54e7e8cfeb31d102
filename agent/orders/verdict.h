// The verdict on one order: where it is, whether it is stuck, since when, against which limit, and whose turn it is.
// A pure function of lifecycle, facts, what is known of the systems, and now. Any thread; holds nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "orders/fact.h"
#include "orders/lifecycle.h"
#include "orders/system_life.h"

namespace ordertrace {

// In order of precedence, blind apart: it replaces not_sent, in_transit, received_not_applied and late.
enum class VerdictKind : std::uint8_t {
    unknown,
    failed,
    died_inside,
    not_sent,
    in_transit,
    received_not_applied,
    running,
    late,
    finished,
    on_time,
    blind
};
std::string_view word_for(VerdictKind kind);  // "in_transit"
std::optional<VerdictKind> verdict_kind(std::string_view word);

struct Verdict {
    VerdictKind kind = VerdictKind::unknown;
    VerdictKind blinded = VerdictKind::unknown;  // of blind: what it replaces
    std::string stage;                           // empty: no status reported yet
    TimePoint stage_since{};                     // when the stage began; without a stage: the order's first fact
    TimePoint since{};                           // by verdict, see proto/verdicts.md
    std::optional<Duration> limit;
    std::optional<TimePoint> deadline;  // since + limit, by the calendar: where a mark starts
    bool business = false;              // the limit counts open hours only
    bool overdue = false;               // the limit has passed
    std::string system;
    std::string from, to;  // of the hand-off verdicts and their blind
    std::string via;       // the queue or way of that hand-off, if a fact names it
    std::string step;
    std::uint32_t attempt = 0, attempt_max = 0;  // 0: not said
    FactResult result = FactResult::none;        // of the failed attempt: fail or timeout
    std::string note;                            // of the failed attempt
    bool by_restart = false;                     // died_inside: by restart, not by silence
    std::string to_act;
    std::vector<std::string> expected_next;
    std::vector<SpanId> grounds;  // the facts it rests on
    bool stuck() const;

    // When the verdict may change although no fact and no beat came; nothing: never.
    std::optional<TimePoint> review_at;
    // Systems whose beats can change it, sorted.
    std::vector<std::string> beats_of;

    friend bool operator==(const Verdict&, const Verdict&) = default;
};

struct JudgeSettings {
    Duration beat_gap = std::chrono::minutes{10};  // watch.beat_gap
};

Verdict judge(const Lifecycle& lifecycle, const OrderFacts& order, const SystemLives& systems, TimePoint now,
              const JudgeSettings& settings);

}  // namespace ordertrace
