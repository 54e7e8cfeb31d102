#include "intake/event_time.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "intake/numbers.h"

namespace ordertrace {
namespace {

using namespace std::chrono_literals;
// 2^63 ns of the longest unit do not fit into 64 bits on the way.
__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t longest_duration = 4'000'000'000'000'000'000;  // µs; start ± duration stays within 64 bits
constexpr std::size_t most_digits = 19;

std::uint64_t digits(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// `12` or `12.345` times `unit_ns`, in µs.
std::optional<Duration> scaled(std::string_view text, std::uint64_t unit_ns) {
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    if (!all_digits(whole) || whole.size() > most_digits) return std::nullopt;
    Wide ns = Wide{digits(whole)} * unit_ns;
    if (point != std::string_view::npos) {
        auto fraction = text.substr(point + 1);
        if (!all_digits(fraction)) return std::nullopt;
        fraction = fraction.substr(0, most_digits);
        Wide parts = 1;
        for (std::size_t i = 0; i < fraction.size(); ++i) parts *= 10;
        ns += Wide{digits(fraction)} * unit_ns / parts;
    }
    const Wide micros = ns / 1000;
    if (micros > longest_duration) return std::nullopt;
    return Duration{static_cast<std::int64_t>(micros)};
}

// Takes fixed pieces off the front of a text; any miss spoils it for good.
class Pieces {
public:
    explicit Pieces(std::string_view text) : text_{text} {}

    int number(std::size_t width) {
        const auto piece = text_.substr(0, width);
        if (piece.size() != width || !all_digits(piece)) {
            ok_ = false;
            return 0;
        }
        text_.remove_prefix(width);
        return static_cast<int>(digits(piece));
    }
    void one_of(std::string_view characters) {
        if (text_.empty() || characters.find(text_.front()) == std::string_view::npos)
            ok_ = false;
        else
            text_.remove_prefix(1);
    }
    // `.8` in µs; nothing there is no miss.
    Duration fraction() {
        if (!text_.starts_with('.')) return {};
        const auto end = std::find_if_not(text_.begin() + 1, text_.end(), is_digit);
        const auto size = static_cast<std::size_t>(end - text_.begin()) - 1;
        if (size == 0) ok_ = false;
        std::int64_t micros = 0;
        for (std::size_t i = 0; i < 6; ++i) micros = micros * 10 + (i < size ? text_[i + 1] - '0' : 0);
        text_.remove_prefix(size + 1);
        return Duration{micros};
    }
    std::string_view rest() const { return text_; }
    bool ok() const { return ok_; }

private:
    std::string_view text_;
    bool ok_ = true;
};

struct Clock {
    int year, month, day, hour, minute, second;
};

// A leap second counts as the first of the next minute.
std::optional<Duration> since_1970(const Clock& clock) {
    using namespace std::chrono;
    const year_month_day date{year{clock.year}, month{static_cast<unsigned>(clock.month)},
                              day{static_cast<unsigned>(clock.day)}};
    if (!date.ok() || clock.hour > 23 || clock.minute > 59 || clock.second > 60) return std::nullopt;
    return sys_days{date}.time_since_epoch() + hours{clock.hour} + minutes{clock.minute} + seconds{clock.second};
}

std::optional<Duration> offset_of(char sign, int hour, int minute) {
    if ((sign != '+' && sign != '-') || hour > 23 || minute > 59) return std::nullopt;
    const Duration offset = std::chrono::hours{hour} + std::chrono::minutes{minute};
    return sign == '-' ? -offset : offset;
}

// 2026-11-22T03:00:00.8+03:00, the zone may be missing
std::optional<WrittenTime> parse_date_and_time(std::string_view text) {
    Pieces pieces{text};
    Clock clock{};
    clock.year = pieces.number(4);
    pieces.one_of("-");
    clock.month = pieces.number(2);
    pieces.one_of("-");
    clock.day = pieces.number(2);
    pieces.one_of("Tt ");
    clock.hour = pieces.number(2);
    pieces.one_of(":");
    clock.minute = pieces.number(2);
    pieces.one_of(":");
    clock.second = pieces.number(2);
    const auto fraction = pieces.fraction();
    const auto moment = since_1970(clock);
    if (!pieces.ok() || !moment) return std::nullopt;
    const auto zone = pieces.rest();
    if (zone.empty()) return WrittenTime{*moment + fraction, true};
    if (zone == "Z" || zone == "z") return WrittenTime{*moment + fraction, false};
    const auto offset = parse_offset(zone);
    if (!offset) return std::nullopt;
    return WrittenTime{*moment + fraction - *offset, false};
}

// YYYYMMDDhhmmsscc±HHMM of FUNCTION CURRENT-DATE; five zeros say that the offset is not known.
std::optional<WrittenTime> parse_cobol(std::string_view text) {
    Pieces pieces{text};
    Clock clock{};
    clock.year = pieces.number(4);
    clock.month = pieces.number(2);
    clock.day = pieces.number(2);
    clock.hour = pieces.number(2);
    clock.minute = pieces.number(2);
    clock.second = pieces.number(2);
    const auto hundredths = pieces.number(2);
    const auto moment = since_1970(clock);
    if (!pieces.ok() || !moment) return std::nullopt;
    const Duration local = *moment + hundredths * 10ms;
    const auto zone = pieces.rest();
    if (zone == "00000") return WrittenTime{local, true};
    pieces.one_of("+-");
    const auto hour = pieces.number(2);
    const auto offset = offset_of(zone.front(), hour, pieces.number(2));
    if (!pieces.ok() || !offset) return std::nullopt;
    return WrittenTime{local - *offset, false};
}

std::optional<std::uint64_t> epoch_unit_ns(std::size_t digit_count) {
    switch (digit_count) {
        case 10: return 1'000'000'000;
        case 13: return 1'000'000;
        case 16: return 1'000;
        case 19: return 1;
        default: return std::nullopt;
    }
}

}  // namespace

std::optional<WrittenTime> parse_time(std::string_view text) {
    if (all_digits(text)) {
        if (const auto unit = epoch_unit_ns(text.size())) {
            const auto moment = scaled(text, *unit);
            if (moment) return WrittenTime{*moment, false};
            return std::nullopt;
        }
    }
    if (text.size() == 21)
        if (const auto cobol = parse_cobol(text)) return cobol;
    if (text.size() > 4 && text[4] == '-') return parse_date_and_time(text);
    if (text.find('.') == std::string_view::npos) return std::nullopt;
    const auto seconds = scaled(text, 1'000'000'000);
    if (!seconds) return std::nullopt;
    return WrittenTime{*seconds, false};
}

std::optional<Duration> parse_duration(std::string_view text) {
    struct Unit {
        std::string_view name;
        std::uint64_t ns;
    };
    static constexpr std::array<Unit, 7> units{{{"ns", 1},
                                                {"us", 1'000},
                                                {"ms", 1'000'000},
                                                {"s", 1'000'000'000},
                                                {"m", 60'000'000'000},
                                                {"h", 3'600'000'000'000},
                                                {"d", 86'400'000'000'000}}};
    for (const auto& unit : units)
        if (text.ends_with(unit.name)) {
            const auto number = text.substr(0, text.size() - unit.name.size());
            if (!number.empty() && is_digit(number.back())) return scaled(number, unit.ns);
        }
    if (text.find('.') == std::string_view::npos) return std::nullopt;
    return scaled(text, 1'000'000'000);
}

std::optional<Duration> parse_duration_in(std::string_view text, Duration unit) {
    return scaled(text, static_cast<std::uint64_t>(unit.count()) * 1000U);
}

std::optional<Duration> parse_offset(std::string_view text) {
    if (text.size() != 6) return std::nullopt;
    Pieces pieces{text};
    pieces.one_of("+-");
    const auto hour = pieces.number(2);
    pieces.one_of(":");
    const auto minute = pieces.number(2);
    if (!pieces.ok()) return std::nullopt;
    return offset_of(text.front(), hour, minute);
}

}  // namespace ordertrace
