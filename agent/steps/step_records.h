// The records of the life of open steps: what the journal keeps so that open steps survive a restart. Pure.
// Each begins with a version byte of its own kind. Decoding takes any bytes and gives nothing unless they are whole.
//   opened  version 1 · marks u8 · length, start (step_start.h) · notes to the end     the whole state: also a rewrite
//   closed  version 1 · how u8 · key · span · end · content, u64 each · time · seen, µs i64
//   noted   version 1 · key u64 · span u64 · one note
//   marked  version 1 · key u64 · span u64 · marks u8
// Numbers are little-endian; lengths and counts are varints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/time.h"

namespace ordertrace {

// Which markers of an open step are written.
enum StepMarks : std::uint8_t { marked_none = 0, marked_started = 1, marked_overdue = 2 };

struct OpenedRecord {
    std::uint8_t marks = marked_none;
    std::string_view start;
    std::string_view notes;
};

enum class ClosedHow : std::uint8_t {
    ended,      // its start was open
    alone,      // an end that told its start itself: a start that comes later comes late
    unpaired,   // an end that nobody saw begin: likewise
    abandoned,  // by limit or superseded; an end that comes later has no start
};

// A step that is over, as it is remembered against duplicates and disorder.
struct ClosedRecord {
    ClosedHow how = ClosedHow::ended;
    std::uint64_t key = 0;      // of (namespace, order, system, step, id or else try)
    SpanId span;                // as written
    std::uint64_t end = 0;      // of the key and the end's time; 0: no end was seen
    std::uint64_t content = 0;  // hash of what was written
    TimePoint time{};           // of the end
    TimePoint seen{};           // when the agent learned of it
};

struct NotedRecord {
    std::uint64_t key = 0;
    SpanId span;
    std::string_view note;
};

struct MarkedRecord {
    std::uint64_t key = 0;
    SpanId span;
    std::uint8_t marks = marked_none;
};

void encode(const OpenedRecord& record, std::string& out);
void encode(const ClosedRecord& record, std::string& out);
void encode(const NotedRecord& record, std::string& out);
void encode(const MarkedRecord& record, std::string& out);

std::optional<OpenedRecord> decode_opened(std::string_view bytes);
std::optional<ClosedRecord> decode_closed(std::string_view bytes);
std::optional<NotedRecord> decode_noted(std::string_view bytes);
std::optional<MarkedRecord> decode_marked(std::string_view bytes);

}  // namespace ordertrace
