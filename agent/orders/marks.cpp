#include "orders/marks.h"

#include <algorithm>

#include "base/text.h"
#include "orders/stays.h"

namespace ordertrace {
namespace {

// The name of a step in the protocol: an agent cuts a longer one, and the mark would never be found among the facts.
constexpr std::size_t max_name = 128;
// An agent gives a mark that began more than 90 days ago another start, so it would be reported again and again.
constexpr auto oldest_start = std::chrono::hours{24 * 89};

std::string mark_name(std::string_view what, std::string_view stage) {
    auto name = std::string{what} + ' ' + std::string{stage};
    name.resize(cut_utf8(name, max_name).size());
    return name;
}

bool is_there(const std::vector<Fact>& facts, const OrderMark& mark) {
    return std::any_of(facts.begin(), facts.end(), [&](const Fact& fact) {
        return fact.record == FactRecord::mark && fact.system == "order" && fact.name == mark.name &&
               fact.start == mark.start;
    });
}

std::optional<OrderMark> stuck_mark(const Verdict& verdict) {
    if (!verdict.stuck()) return std::nullopt;
    const auto passed = verdict.deadline ? verdict.deadline
                        : verdict.limit  ? std::optional{verdict.since + *verdict.limit}
                                         : std::nullopt;
    if (!passed) return std::nullopt;
    const auto name = verdict.stage.empty() ? std::string{"stuck"} : mark_name("stuck in", verdict.stage);
    return OrderMark{name, *passed, Duration{1}, true};
}

OrderMark stay_mark(const Stay& stay, TimePoint until) {
    return {mark_name("in", stay.stage), stay.since, std::max(until - stay.since, Duration{1}), false};
}

class Collector {
public:
    Collector(const std::vector<Fact>& facts, TimePoint now, const MarkSettings& settings)
        : facts_{facts}, now_{now}, settings_{settings} {}

    // `at`: when what it says came true.
    void add(OrderMark mark, TimePoint at) {
        if (is_there(facts_, mark)) return;
        if (at < now_ - settings_.look_back || mark.start < now_ - oldest_start)
            ++marks.too_old;
        else
            marks.due.push_back(std::move(mark));
    }

    MarksOfOrder marks;

private:
    const std::vector<Fact>& facts_;
    TimePoint now_;
    const MarkSettings& settings_;
};

constexpr std::string_view hex = "0123456789ABCDEF";

bool reads_back_bare(std::string_view value) {
    return !value.empty() && value != "-" && std::all_of(value.begin(), value.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.';
    });
}

std::string word(std::string_view value) {
    if (reads_back_bare(value)) return std::string{value};
    std::string out = "\"";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (byte < 0x20 || byte == 0x7F)
            out += {'\\', 'x', hex[byte >> 4U], hex[byte & 0x0FU]};
        else
            out += c;
    }
    return out + '"';
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

MarksOfOrder marks_of(const Lifecycle& lifecycle, const OrderFacts& order, const Verdict& verdict, TimePoint now,
                      const MarkSettings& settings) {
    Collector collector{order.facts, now, settings};
    for (const auto& stay : stays_of(lifecycle, order.facts)) {
        if (!stay.until) continue;
        const auto settled = *stay.until + settings.settle;
        auto& next = collector.marks.next;
        if (settled <= now)
            collector.add(stay_mark(stay, *stay.until), *stay.until);
        else
            next = std::min(next.value_or(settled), settled);
    }
    if (auto stuck = stuck_mark(verdict)) collector.add(*stuck, stuck->start);
    return std::move(collector.marks);
}

std::string to_line(const OrderMark& mark, std::string_view name_space, std::string_view order) {
    auto line = "ord1 mark " + word(order) + " sys=order ns=" + word(name_space) + " step=" + word(mark.name) +
                " start=" + std::to_string(to_micros(mark.start)) +
                " end=" + std::to_string(to_micros(mark.start + mark.duration));
    if (mark.failed) line += " res=fail";
    // A listener may be set to another charset.
    if (!is_ascii(line)) line += " cs=utf-8";
    return line;
}

}  // namespace ordertrace
