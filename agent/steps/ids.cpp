// The one-block-at-a-time interface is called deprecated, but it works on a context of our own: every EVP digest of
// OpenSSL 3.0 allocates and frees one (measured: 284 ns by EVP, 137 ns this way).
#define OPENSSL_SUPPRESS_DEPRECATED
#include "steps/ids.h"

#include <charconv>
#include <cstring>

#include <openssl/sha.h>

namespace ordertrace {
namespace {

std::uint64_t big_endian(const unsigned char* bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8U | bytes[i];
    return value;
}

std::array<unsigned char, SHA256_DIGEST_LENGTH> sha256(std::string_view text) {
    SHA256_CTX context;
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
    SHA256_Init(&context);
    SHA256_Update(&context, text.data(), text.size());
    SHA256_Final(digest.data(), &context);
    return digest;
}

void append_hex(std::string& out, std::uint64_t value) {
    static constexpr std::string_view digits = "0123456789abcdef";
    for (int shift = 60; shift >= 0; shift -= 4) out.push_back(digits[value >> static_cast<unsigned>(shift) & 0xFU]);
}

}  // namespace

std::string_view name_of(IdKind kind) {
    static constexpr std::array<std::string_view, 11> names{"step", "started", "overdue", "status", "sent", "received",
                                                            "mark", "title",   "beat",    "note",   "alias"};
    return names.at(static_cast<std::size_t>(kind));
}

Mark& Mark::add(std::string_view text) {
    const auto taken = text.substr(0, capacity - size_);
    if (!taken.empty()) std::memcpy(text_.data() + size_, taken.data(), taken.size());
    size_ += taken.size();
    return *this;
}

Mark& Mark::add_number(std::int64_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return add({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

Mark key_mark(std::string_view step_id, std::uint32_t attempt) {
    Mark mark;
    if (!step_id.empty())
        mark.add(step_id);
    else if (attempt != 0)
        mark.add_number(attempt);
    return mark;
}

Mark step_mark(std::string_view step_id, std::uint32_t attempt, TimePoint start) {
    auto mark = key_mark(step_id, attempt);
    mark.add("\n").add_number(to_micros(start));
    return mark;
}

Mark time_mark(std::string_view prefix, TimePoint time) {
    Mark mark;
    mark.add(prefix).add("\n").add_number(to_micros(time));
    return mark;
}

Mark message_mark(std::string_view message_id, std::uint32_t attempt) {
    Mark mark;
    mark.add(message_id);
    if (attempt > 1) mark.add("\n").add_number(attempt);
    return mark;
}

TraceId IdMaker::trace_id(std::string_view name_space, std::string_view order) {
    if (order == last_order_ && name_space == last_name_space_ && last_trace_ != TraceId{}) return last_trace_;
    input_.assign("ordertrace1\n").append(name_space).append("\n").append(order);
    const auto digest = sha256(input_);
    last_trace_ = {big_endian(digest.data()), big_endian(digest.data() + 8)};
    last_name_space_.assign(name_space);
    last_order_.assign(order);
    return last_trace_;
}

SpanId IdMaker::span_id(IdKind kind, std::string_view name_space, std::string_view order, std::string_view system,
                        std::string_view name, std::string_view mark) {
    input_.assign("ordertrace1\n").append(name_of(kind));
    for (const auto part : {name_space, order, system, name, mark}) input_.append("\n").append(part);
    return SpanId{big_endian(sha256(input_).data())};
}

std::string to_hex(TraceId id) {
    std::string text;
    append_hex(text, id.high);
    append_hex(text, id.low);
    return text;
}

std::string to_hex(SpanId id) {
    std::string text;
    append_hex(text, id.value);
    return text;
}

}  // namespace ordertrace
