// The bytes of a segment: its header and its records. Pure; the format is described in proto/journal.md.
// All integers little-endian. A record takes at most max_record_bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/balance.h"
#include "base/time.h"

namespace ordertrace {

inline constexpr std::uint32_t journal_format_version = 1;
inline constexpr std::size_t segment_header_bytes = 48;
inline constexpr std::size_t record_head_bytes = 12;
inline constexpr std::size_t max_record_bytes = 1U << 20U;
inline constexpr std::uint32_t max_processes = 256;

// Kinds below 128 belong to the steps room but for `span`: their bytes mean nothing here.
enum class RecordKind : std::uint8_t {
    span = 1,
    process = 128,     // the bytes of a process and the index that spans of this segment use for it
    lost = 129,        // numbers that were given and are not in the log
    end = 130,         // the segment was closed in good order; nothing follows
    steps_from = 131,  // step records of segments below this id no longer count
};
constexpr bool is_step_record(std::uint8_t kind) { return kind < 128 && kind != 1; }

struct SegmentHeader {
    std::uint64_t id = 0;
    std::uint64_t first_number = 0;  // of the first span that can lie in it; all below were given before
    std::uint64_t salt = 0;          // of the run that wrote it: no bytes inside a span pass for a record
};
std::array<char, segment_header_bytes> encode(const SegmentHeader& header);
std::optional<SegmentHeader> decode_segment_header(std::string_view bytes);

struct SpanRecord {
    std::uint64_t number = 0;
    std::uint32_t process = 0;
    TimePoint start{};
    std::string_view bytes;
};
struct ProcessRecord {
    std::uint32_t index = 0;
    std::string_view bytes;
};
struct LostRecord {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    DropReason reason = DropReason::crash;
};

void append_span(std::string& to, std::uint64_t salt, const SpanRecord& span);
void append_process(std::string& to, std::uint64_t salt, const ProcessRecord& process);
void append_lost(std::string& to, std::uint64_t salt, const LostRecord& lost);
void append_end(std::string& to, std::uint64_t salt);
void append_steps_from(std::string& to, std::uint64_t salt, std::uint64_t segment);
void append_step(std::string& to, std::uint64_t salt, std::uint8_t kind, std::string_view bytes);

// What stands before the payload of a record; the head has a checksum of its own, so that a wrong payload
// costs that record alone.
struct RecordHead {
    std::uint32_t length = 0;  // of the payload, its kind included
    std::uint32_t checksum = 0;
};
std::optional<RecordHead> decode_head(std::string_view bytes, std::uint64_t salt);
bool payload_matches(const RecordHead& head, std::string_view payload);

// A payload whose checksum was right: its kind and the rest.
struct Record {
    std::uint8_t kind = 0;
    std::string_view bytes;
    bool is(RecordKind wanted) const { return kind == static_cast<std::uint8_t>(wanted); }
};
std::optional<SpanRecord> as_span(const Record& record);
std::optional<ProcessRecord> as_process(const Record& record);
std::optional<LostRecord> as_lost(const Record& record);
std::optional<std::uint64_t> as_steps_from(const Record& record);

// XXH3 of the bytes: segment headers and the state page.
std::uint64_t checksum64(std::string_view bytes);

}  // namespace ordertrace
