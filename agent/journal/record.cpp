#include "journal/record.h"

#include <bit>
#include <cstring>

#include <xxhash.h>

namespace ordertrace {
namespace {

static_assert(std::endian::native == std::endian::little, "the journal's integers are stored as they lie in memory");

constexpr std::string_view magic{"otjrnl\r\n", 8};

template <class Int>
void put(char* to, Int value) {
    std::memcpy(to, &value, sizeof value);
}

template <class Int>
Int get(const char* from) {
    Int value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

std::uint32_t payload_checksum(std::string_view payload) {
    return static_cast<std::uint32_t>(XXH3_64bits(payload.data(), payload.size()));
}

std::uint32_t head_checksum(const char* head, std::uint64_t salt) {
    return static_cast<std::uint32_t>(XXH3_64bits_withSeed(head, 8, salt));
}

// One record: head, kind, the fixed fields, the bytes.
template <std::size_t N>
void append_record(std::string& to, std::uint64_t salt, std::uint8_t kind, const std::array<char, N>& fixed,
                   std::string_view bytes) {
    const auto begin = to.size();
    const auto length = 1 + N + bytes.size();
    std::array<char, record_head_bytes + 1 + N> front{};
    front[record_head_bytes] = static_cast<char>(kind);
    std::memcpy(front.data() + record_head_bytes + 1, fixed.data(), N);
    to.append(front.data(), front.size()).append(bytes);

    char* const head = to.data() + begin;
    put(head, static_cast<std::uint32_t>(length));
    put(head + 4, payload_checksum({head + record_head_bytes, length}));
    put(head + 8, head_checksum(head, salt));
}

std::uint8_t number_of(RecordKind kind) { return static_cast<std::uint8_t>(kind); }

}  // namespace

std::array<char, segment_header_bytes> encode(const SegmentHeader& header) {
    std::array<char, segment_header_bytes> bytes{};
    std::memcpy(bytes.data(), magic.data(), magic.size());
    put(bytes.data() + 8, journal_format_version);
    put(bytes.data() + 12, static_cast<std::uint32_t>(segment_header_bytes));
    put(bytes.data() + 16, header.id);
    put(bytes.data() + 24, header.first_number);
    put(bytes.data() + 32, header.salt);
    put(bytes.data() + 40, checksum64({bytes.data(), 40}));
    return bytes;
}

std::optional<SegmentHeader> decode_segment_header(std::string_view bytes) {
    if (bytes.size() < segment_header_bytes || !bytes.starts_with(magic)) return std::nullopt;
    const char* const at = bytes.data();
    if (get<std::uint32_t>(at + 8) != journal_format_version || get<std::uint32_t>(at + 12) != segment_header_bytes)
        return std::nullopt;
    if (get<std::uint64_t>(at + 40) != checksum64({at, 40})) return std::nullopt;
    return SegmentHeader{get<std::uint64_t>(at + 16), get<std::uint64_t>(at + 24), get<std::uint64_t>(at + 32)};
}

void append_span(std::string& to, std::uint64_t salt, const SpanRecord& span) {
    std::array<char, 20> fixed{};
    put(fixed.data(), span.number);
    put(fixed.data() + 8, span.process);
    put(fixed.data() + 12, to_micros(span.start));
    append_record(to, salt, number_of(RecordKind::span), fixed, span.bytes);
}

void append_process(std::string& to, std::uint64_t salt, const ProcessRecord& process) {
    std::array<char, 4> fixed{};
    put(fixed.data(), process.index);
    append_record(to, salt, number_of(RecordKind::process), fixed, process.bytes);
}

void append_lost(std::string& to, std::uint64_t salt, const LostRecord& lost) {
    std::array<char, 17> fixed{};
    put(fixed.data(), lost.first);
    put(fixed.data() + 8, lost.count);
    put(fixed.data() + 16, static_cast<std::uint8_t>(lost.reason));
    append_record(to, salt, number_of(RecordKind::lost), fixed, {});
}

void append_end(std::string& to, std::uint64_t salt) {
    append_record(to, salt, number_of(RecordKind::end), std::array<char, 0>{}, {});
}

void append_steps_from(std::string& to, std::uint64_t salt, std::uint64_t segment) {
    std::array<char, 8> fixed{};
    put(fixed.data(), segment);
    append_record(to, salt, number_of(RecordKind::steps_from), fixed, {});
}

void append_step(std::string& to, std::uint64_t salt, std::uint8_t kind, std::string_view bytes) {
    append_record(to, salt, kind, std::array<char, 0>{}, bytes);
}

std::optional<RecordHead> decode_head(std::string_view bytes, std::uint64_t salt) {
    if (bytes.size() < record_head_bytes) return std::nullopt;
    const RecordHead head{get<std::uint32_t>(bytes.data()), get<std::uint32_t>(bytes.data() + 4)};
    if (head.length == 0 || head.length > max_record_bytes) return std::nullopt;
    if (get<std::uint32_t>(bytes.data() + 8) != head_checksum(bytes.data(), salt)) return std::nullopt;
    return head;
}

bool payload_matches(const RecordHead& head, std::string_view payload) {
    return payload.size() == head.length && payload_checksum(payload) == head.checksum;
}

std::optional<SpanRecord> as_span(const Record& record) {
    if (!record.is(RecordKind::span) || record.bytes.size() < 20) return std::nullopt;
    const char* const at = record.bytes.data();
    return SpanRecord{get<std::uint64_t>(at), get<std::uint32_t>(at + 8), from_micros(get<std::int64_t>(at + 12)),
                      record.bytes.substr(20)};
}

std::optional<ProcessRecord> as_process(const Record& record) {
    if (!record.is(RecordKind::process) || record.bytes.size() < 4) return std::nullopt;
    const auto index = get<std::uint32_t>(record.bytes.data());
    if (index >= max_processes) return std::nullopt;
    return ProcessRecord{index, record.bytes.substr(4)};
}

std::optional<LostRecord> as_lost(const Record& record) {
    if (!record.is(RecordKind::lost) || record.bytes.size() != 17) return std::nullopt;
    const char* const at = record.bytes.data();
    const auto reason = static_cast<std::uint8_t>(record.bytes[16]);
    const LostRecord lost{get<std::uint64_t>(at), get<std::uint64_t>(at + 8), static_cast<DropReason>(reason)};
    if (reason >= drop_reason_count || lost.first == 0 || lost.count == 0 || lost.first + lost.count < lost.first)
        return std::nullopt;
    return lost;
}

std::optional<std::uint64_t> as_steps_from(const Record& record) {
    if (!record.is(RecordKind::steps_from) || record.bytes.size() != 8) return std::nullopt;
    return get<std::uint64_t>(record.bytes.data());
}

std::uint64_t checksum64(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace ordertrace
