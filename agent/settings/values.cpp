#include "settings/values.h"

#include <array>
#include <charconv>
#include <limits>

#include "base/text.h"

namespace ordertrace {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::array<Unit, 6> duration_units{
    {{"d", 86'400'000'000}, {"h", 3'600'000'000}, {"m", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}}};
constexpr std::array<Unit, 5> size_units{
    {{"TiB", 1ULL << 40U}, {"GiB", 1ULL << 30U}, {"MiB", 1ULL << 20U}, {"KiB", 1ULL << 10U}, {"B", 1}}};
constexpr std::string_view digits = "0123456789";

// Takes the number at the front of `text`. False if there is none or it is beyond 64 bits.
bool take_number(std::string_view& text, std::uint64_t& number) {
    const auto end = std::min(text.find_first_not_of(digits), text.size());
    const auto read = std::from_chars(text.data(), text.data() + end, number);
    if (end == 0 || read.ec != std::errc{}) return false;
    text.remove_prefix(end);
    return true;
}

bool multiply(std::uint64_t& number, std::uint64_t factor) {
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (number > most / factor) return false;
    number *= factor;
    return true;
}

tl::unexpected<Complaint> no_duration(std::string_view text) {
    return complain(quoted(text) + " is no duration", "write a number with a unit: 200ms, 5s, 15m, 24h or 10d");
}

}  // namespace

Judged<Duration> judge_duration(std::string_view text) {
    if (text == "0") return Duration{0};
    std::string_view rest = text;
    std::uint64_t total = 0;
    const Unit* previous = nullptr;
    while (previous == nullptr || !rest.empty()) {
        std::uint64_t number = 0;
        if (!take_number(rest, number)) return no_duration(text);
        if (previous == nullptr && rest.empty())
            return complain(quoted(text) + " has no unit", "write " + std::string{text} + "ms, " + std::string{text} +
                                                               "s, " + std::string{text} + "m, …");
        const auto name = rest.substr(0, rest.find_first_of(digits));
        const Unit* unit = nullptr;
        for (const auto& candidate : duration_units)
            if (candidate.name == name) unit = &candidate;
        // As in 1h30m: from the large unit to the small, each once.
        if (unit == nullptr || (previous != nullptr && unit <= previous)) return no_duration(text);
        if (!multiply(number, unit->factor) || number > std::numeric_limits<std::int64_t>::max() - total)
            return no_duration(text);
        total += number;
        previous = unit;
        rest.remove_prefix(name.size());
    }
    return Duration{static_cast<std::int64_t>(total)};
}

std::string to_text(Duration duration) {
    const auto micros = static_cast<std::uint64_t>(duration.count());
    if (micros == 0) return "0";
    for (const auto& unit : duration_units)
        if (micros % unit.factor == 0) return std::to_string(micros / unit.factor) + std::string{unit.name};
    return {};
}

Judged<std::uint64_t> parse_size(std::string_view text) {
    std::string_view rest = text;
    std::uint64_t number = 0;
    if (!take_number(rest, number)) return complain(quoted(text) + " is no size", "write bytes, or 64KiB, 8MiB, 1GiB");
    if (rest.empty()) return number;
    for (const auto& unit : size_units) {
        if (rest == unit.name && multiply(number, unit.factor)) return number;
        // 8MB, 8M, 8mib: decimal or binary is not for us to guess.
        const bool similar = equals_ignore_case(rest, unit.name) || equals_ignore_case(rest, unit.name.substr(0, 1)) ||
                             equals_ignore_case(rest, std::string{unit.name.front()} + "B");
        if (rest != unit.name && similar)
            return complain(quoted(text) + " is no size",
                            "did you mean " + std::to_string(number) + std::string{unit.name} + "?");
    }
    return complain(quoted(text) + " is no size", "write bytes, or 64KiB, 8MiB, 1GiB");
}

std::string size_text(std::uint64_t bytes) {
    for (const auto& unit : size_units)
        if (unit.factor > 1 && bytes >= unit.factor && bytes % unit.factor == 0)
            return std::to_string(bytes / unit.factor) + std::string{unit.name};
    return std::to_string(bytes);
}

Judged<std::uint64_t> parse_count(std::string_view text) {
    std::string_view rest = text;
    std::uint64_t number = 0;
    if (!take_number(rest, number) || !rest.empty()) return complain(quoted(text) + " is no whole number");
    return number;
}

Judged<bool> parse_bool(std::string_view text) {
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    std::string hint = "write true or false";
    for (const auto* word : {"yes", "on", "1", "y"})
        if (equals_ignore_case(text, word)) hint = "did you mean true?";
    for (const auto* word : {"no", "off", "0", "n"})
        if (equals_ignore_case(text, word)) hint = "did you mean false?";
    return complain(quoted(text) + " is neither true nor false", hint);
}

Judged<Duration> DurationRange::operator()(const std::string& text) const {
    auto value = judge_duration(text);
    if (!value || (zero && value->count() == 0)) return value;
    if (*value < least) return complain(text + " is too short", "at least " + to_text(least) + (zero ? ", or 0" : ""));
    if (*value > most) return complain(text + " is too long", "at most " + to_text(most));
    return value;
}

Judged<std::uint64_t> SizeRange::operator()(const std::string& text) const {
    auto value = parse_size(text);
    if (!value) return value;
    if (*value < least) return complain(text + " is too small", "at least " + size_text(least));
    if (*value > most) return complain(text + " is too large", "at most " + size_text(most));
    return value;
}

Judged<std::uint64_t> CountRange::operator()(const std::string& text) const {
    auto value = parse_count(text);
    if (!value) return value;
    if (*value < least) return complain(text + " is too small", "at least " + std::to_string(least));
    if (*value > most) return complain(text + " is too large", "at most " + std::to_string(most));
    return value;
}

Complaint none_of(const std::string& text, const std::vector<std::string>& names) {
    auto hint = nearest_name_hint(text, names);
    if (hint.empty()) hint = "write " + alternatives(names);
    return {.what = quoted(text) + " is not known here", .hint = std::move(hint)};
}

}  // namespace ordertrace
