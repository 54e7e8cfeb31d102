// What lines mean to an agent: each event with the spans it becomes, or why it was rejected. Made by the agent's own
// reader and step rules, so it is what would happen. Plain data that owns its text, for `ordertrace check` and others.
// Bound: what is read at once is the caller's, at most max_input bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/balance.h"
#include "base/ids.h"
#include "base/time.h"

namespace ordertrace {

struct TagMeaning {
    std::string key;
    enum class Type : std::uint8_t { text, number, boolean } type = Type::text;
    std::string value;  // as it is spelled
};

struct SpanMeaning {
    std::string system;
    std::string name;
    std::string span_id;
    std::string parent_id;  // empty: none
    TimePoint start{};
    Duration duration{};
    std::vector<TagMeaning> tags;
    std::vector<std::pair<std::string, std::string>> references;  // trace id and span id
    std::vector<std::pair<TimePoint, std::vector<TagMeaning>>> logs;
};

struct EventMeaning {
    std::string verb;
    bool demoted = false;  // kept as a note: the verb is unknown, or what it must have is missing
    std::string order;     // empty: a beat
    std::string name_space;
    std::string system;
    std::string name;  // of the step, the status, the other system or the alias
    TimePoint time{};
    std::string trace_id;      // empty: a beat
    std::string step_span_id;  // of a start: the span its end will complete
    Became became{};
    std::vector<TagMeaning> remarks;  // what the agent adds about the line
    std::vector<SpanMeaning> spans;
};

struct RejectMeaning {
    RejectReason reason{};
    std::string line;
    std::size_t offset = 0;  // of what is wrong, in `line`
};

// One of the two.
struct Meaning {
    std::optional<EventMeaning> event;
    std::optional<RejectMeaning> reject;
};

// The agent that reads: its own system and namespace, else with the defaults of the configuration.
struct MeaningOf {
    std::string system = "system";
    std::string name_space = "default";
};

inline constexpr std::size_t max_input = 16U << 20U;

// `lines` is read as one datagram; `now` is when it comes.
std::vector<Meaning> meaning_of(std::string_view lines, const MeaningOf& agent, TimePoint now);

}  // namespace ordertrace
