// What one line says, understood: times resolved, charset converted, limits applied, system believed or not.
// Made by intake/event_reader, consumed by steps. Pure data of views into the reader's buffers, valid until
// the reader reads the next event. Fixed size: no allocation.
#pragma once

#include <optional>
#include <string_view>

#include <boost/container/static_vector.hpp>

#include "base/ids.h"
#include "base/time.h"
#include "steps/tag.h"

namespace ordertrace {

enum class Verb : std::uint8_t { span, start, end, status, sent, recv, note, mark, alias, beat, other };
inline constexpr std::size_t verb_count = 11;
std::string_view name_of(Verb verb);  // as in the label of ordertrace_events_accepted_total

enum class StepResult : std::uint8_t { ok, fail, timeout, skip, cancel };
std::string_view name_of(StepResult result);

// A W3C traceparent that could be read.
struct TraceParent {
    TraceId trace;
    SpanId span;
    std::string_view text;
};

struct Event {
    static constexpr std::size_t max_attributes = 64;
    static constexpr std::size_t max_remarks = 10;

    Verb verb = Verb::other;
    // An unknown verb, or one without what it must have: becomes an instant `note`. `verb` is what was meant
    // (other if unknown) and counts as accepted{verb}; the tag event.verb is among `remarks`, every plain key
    // that does not belong to all verbs is among `attributes` as ext.<key>.
    bool demoted = false;

    std::string_view order;  // normalised, never empty but for `beat`
    std::string_view name_space;
    std::string_view system;        // the one believed
    std::string_view instance;      // inst
    std::string_view name;          // step · st (status) · to (sent) · from (recv) · ref (alias)
    std::string_view step_id;       // id
    std::uint32_t attempt = 0;      // try, 0: not given
    std::uint32_t attempt_max = 0;  // of, 0: not given

    TimePoint received{};  // when the agent got the line
    TimePoint time{};      // t, else received
    // span, mark: the stretch, end >= start (an instant has end == start + 1 µs).
    // end: `end` is its time; `start` only if `has_start` (the line itself said when the step began).
    TimePoint start{};
    TimePoint end{};
    bool has_start = false;

    StepResult result = StepResult::ok;  // by res, rc, code in this order
    bool has_result = false;             // one of them was given
    std::optional<std::int64_t> rc;
    std::optional<std::int64_t> code;
    std::string_view err;
    std::string_view note;  // the free text with its continuation lines

    std::string_view via;
    std::string_view message_id;   // msg
    std::string_view edge_status;  // st on sent and recv
    std::optional<TraceParent> trace_parent;
    std::optional<std::uint64_t> sequence;  // seq

    // What the sender added: `_name` as name, plain keys without use as ext.<key>; first wins.
    boost::container::static_vector<Tag, max_attributes> attributes;
    // What the agent adds about the line: event.rest text.charset time.raw time.fixed event.truncated
    // system.claimed order.namespace.claimed event.verb.
    boost::container::static_vector<Tag, max_remarks> remarks;
};

}  // namespace ordertrace
