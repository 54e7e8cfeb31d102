#include "steps/step_records.h"

#include "steps/bytes.h"

namespace ordertrace {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::uint8_t all_marks = marked_started | marked_overdue;

}  // namespace

void encode(const OpenedRecord& record, std::string& bytes) {
    ByteWriter out{bytes};
    out.u8(version);
    out.u8(record.marks);
    out.text(record.start);
    bytes.append(record.notes);
}

void encode(const ClosedRecord& record, std::string& bytes) {
    ByteWriter out{bytes};
    out.u8(version);
    out.u8(static_cast<std::uint8_t>(record.how));
    for (const auto number : {record.key, record.span.value, record.end, record.content}) out.u64(number);
    out.i64(to_micros(record.time));
    out.i64(to_micros(record.seen));
}

void encode(const NotedRecord& record, std::string& bytes) {
    ByteWriter out{bytes};
    out.u8(version);
    out.u64(record.key);
    out.u64(record.span.value);
    bytes.append(record.note);
}

void encode(const MarkedRecord& record, std::string& bytes) {
    ByteWriter out{bytes};
    out.u8(version);
    out.u64(record.key);
    out.u64(record.span.value);
    out.u8(record.marks);
}

std::optional<OpenedRecord> decode_opened(std::string_view bytes) {
    ByteReader in{bytes};
    if (in.u8() != version) return std::nullopt;
    OpenedRecord record;
    record.marks = in.u8();
    record.start = in.text();
    record.notes = in.rest();
    if (in.failed() || record.marks > all_marks) return std::nullopt;
    return record;
}

std::optional<ClosedRecord> decode_closed(std::string_view bytes) {
    ByteReader in{bytes};
    if (in.u8() != version) return std::nullopt;
    ClosedRecord record;
    const auto how = in.u8();
    if (how > static_cast<std::uint8_t>(ClosedHow::abandoned)) return std::nullopt;
    record.how = static_cast<ClosedHow>(how);
    for (auto* number : {&record.key, &record.span.value, &record.end, &record.content}) *number = in.u64();
    record.time = from_micros(in.i64());
    record.seen = from_micros(in.i64());
    if (!in.finished()) return std::nullopt;
    return record;
}

std::optional<NotedRecord> decode_noted(std::string_view bytes) {
    ByteReader in{bytes};
    if (in.u8() != version) return std::nullopt;
    NotedRecord record;
    record.key = in.u64();
    record.span.value = in.u64();
    record.note = in.rest();
    if (in.failed()) return std::nullopt;
    return record;
}

std::optional<MarkedRecord> decode_marked(std::string_view bytes) {
    ByteReader in{bytes};
    if (in.u8() != version) return std::nullopt;
    MarkedRecord record;
    record.key = in.u64();
    record.span.value = in.u64();
    record.marks = in.u8();
    if (!in.finished() || record.marks > all_marks) return std::nullopt;
    return record;
}

}  // namespace ordertrace
