#include "intake/trace_parent.h"

#include <algorithm>
#include <charconv>

namespace ordertrace {
namespace {

constexpr std::size_t size_of_version_00 = 55;

bool is_lower_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::uint64_t hex_value(std::string_view digits) {
    std::uint64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return value;
}

}  // namespace

std::optional<TraceParent> parse_trace_parent(std::string_view text) {
    if (text.size() < size_of_version_00) return std::nullopt;
    const auto version = text.substr(0, 2);
    // A later version may say more behind what we know of it.
    const bool longer = text.size() > size_of_version_00;
    if (longer && (version == "00" || text[size_of_version_00] != '-')) return std::nullopt;
    for (const std::size_t dash : {2U, 35U, 52U})
        if (text[dash] != '-') return std::nullopt;
    const auto trace = text.substr(3, 32);
    const auto span = text.substr(36, 16);
    const auto flags = text.substr(53, 2);
    if (!is_lower_hex(version) || version == "ff" || !is_lower_hex(trace) || !is_lower_hex(span) ||
        !is_lower_hex(flags))
        return std::nullopt;
    const TraceParent parent{{hex_value(trace.substr(0, 16)), hex_value(trace.substr(16))}, {hex_value(span)}, text};
    if (parent.trace == TraceId{} || parent.span == SpanId{}) return std::nullopt;
    return parent;
}

}  // namespace ordertrace
