// Ids of traces and spans: SHA-256 of what a span is about, so that anyone can compute them (proto/ids.md).
// An IdMaker is owned by one thread. No allocation once its buffers have grown; input length is bounded by the reader.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/time.h"

namespace ordertrace {

// The word that separates the id spaces: the second line of a span id's input.
enum class IdKind : std::uint8_t { step, started, overdue, status, sent, received, mark, title, beat, note, alias };
std::string_view name_of(IdKind kind);

// The last part of a span id's input. A value of its own, so that it outlives the event it was made from.
class Mark {
public:
    // What would pass `capacity` is left out; the reader's limits (128 bytes a field) keep it below.
    static constexpr std::size_t capacity = 208;
    Mark& add(std::string_view text);
    Mark& add_number(std::int64_t number);
    std::string_view view() const { return {text_.data(), size_}; }

private:
    std::array<char, capacity> text_;
    std::size_t size_ = 0;
};

// `id` or else `try` or else nothing: what tells steps of one name apart.
Mark key_mark(std::string_view step_id, std::uint32_t attempt);
// The same, LF, the start: of step, started, overdue.
Mark step_mark(std::string_view step_id, std::uint32_t attempt, TimePoint start);
// `prefix` (may be empty), LF, time.
Mark time_mark(std::string_view prefix, TimePoint time);
// Of a hand-off with a message id: `msg`, with a `try` over 1 LF `try`.
Mark message_mark(std::string_view message_id, std::uint32_t attempt);

class IdMaker {
public:
    // Remembers the last answer: most lines of a burst, and all ids of one event, are about one order.
    TraceId trace_id(std::string_view name_space, std::string_view order);
    SpanId span_id(IdKind kind, std::string_view name_space, std::string_view order, std::string_view system,
                   std::string_view name, std::string_view mark);

private:
    std::string input_;
    std::string last_name_space_;
    std::string last_order_;
    TraceId last_trace_{};
};

// Lower-case hexadecimal, as Jaeger's pages show ids.
std::string to_hex(TraceId id);
std::string to_hex(SpanId id);

}  // namespace ordertrace
