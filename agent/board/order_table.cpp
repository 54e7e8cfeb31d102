#include "board/order_table.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "board/display_text.h"

namespace ordertrace {
namespace {

constexpr std::size_t column_count = 7;
using Cells = std::array<std::string, column_count>;
constexpr std::array<std::size_t, column_count> max_width{23, 24, 10, 40, 8, 12, 100};
constexpr std::size_t date_width = 11;  // "2026-11-22 "

// A year of five digits and more is nothing an order has; it would break the calendar's own arithmetic.
constexpr std::int64_t last_shown_micros = 253'402'300'799'999'999;  // 9999-12-31
constexpr std::int64_t first_shown_micros = -62'135'596'800'000'000;

std::string printed(const char* format, auto... values) {
    std::array<char, 64> text{};
    const int length = std::snprintf(text.data(), text.size(), format, values...);
    return {text.data(), static_cast<std::size_t>(std::max(length, 0))};
}

// By time; what happened at one moment in the order it arrived.
std::vector<const OrderRow*> by_time(const ReceivedOrder& order) {
    std::vector<const OrderRow*> rows;
    rows.reserve(order.rows.size());
    for (const auto& row : order.rows) rows.push_back(&row);
    std::sort(rows.begin(), rows.end(),
              [](auto* a, auto* b) { return a->start != b->start ? a->start < b->start : a < b; });
    return rows;
}

std::string cell(std::string_view text, std::size_t width) { return fit(make_inert(text), width); }

Cells to_cells(const OrderRow& row, bool with_date) {
    auto time = to_clock_text(row.start);
    if (!with_date) time.erase(0, date_width);
    Cells cells{time, row.system, row.record, row.name, row.result, to_duration_text(row.duration), row.note};
    for (std::size_t i = 1; i < column_count; ++i) cells[i] = cell(cells[i], max_width[i]);
    return cells;
}

void append_line(std::string& out, const Cells& cells, const std::array<std::size_t, column_count>& widths) {
    std::string line = " ";
    for (std::size_t i = 0; i < column_count; ++i)
        line += " " + cells[i] + std::string(widths[i] - display_width(cells[i]) + 1, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
}

std::string heading(const ReceivedOrder& order, const std::vector<const OrderRow*>& rows) {
    std::set<std::string_view> systems;
    const OrderRow* last_status = nullptr;
    for (const auto* row : rows) {
        if (row->system != "order") systems.insert(row->system);  // where titles and waits are kept, no system
        if (!row->status.empty()) last_status = row;
    }
    std::string text = "Order " + cell(order.id, 128) + "  (namespace " + cell(order.name_space, 40) + ", " +
                       std::to_string(rows.size()) + (rows.size() == 1 ? " record" : " records") + " of " +
                       std::to_string(systems.size()) + (systems.size() == 1 ? " system" : " systems");
    if (!rows.empty()) {
        const auto& trace = rows.front()->trace;
        text += printed(", trace %016llx%016llx", static_cast<unsigned long long>(trace.high),
                        static_cast<unsigned long long>(trace.low));
    }
    text += ")\n";
    if (last_status)
        text += "Last status " + cell(last_status->status, 64) + ", reported by " + cell(last_status->system, 40) +
                " at " + to_clock_text(last_status->start) + " UTC\n";
    return text;
}

}  // namespace

std::string to_clock_text(TimePoint time) {
    const auto micros = std::clamp(to_micros(time), first_shown_micros, last_shown_micros);
    const auto day = std::chrono::floor<std::chrono::days>(from_micros(micros));
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::milliseconds>(from_micros(micros) - day)};
    return printed("%04d-%02u-%02u %02d:%02d:%02d.%03d", static_cast<int>(date.year()),
                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                   static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                   static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
}

std::string to_duration_text(Duration duration) {
    const auto us = duration.count();
    if (us <= 1) return "";
    if (us < 1'000) return printed("%d us", static_cast<int>(us));
    if (us < 1'000'000) return printed("%.1f ms", static_cast<double>(us) / 1e3);
    const auto seconds = us / 1'000'000;
    if (seconds < 60) return printed("%.1f s", static_cast<double>(us) / 1e6);
    if (seconds < 3'600)
        return printed("%d min %02d s", static_cast<int>(seconds / 60), static_cast<int>(seconds % 60));
    if (seconds < 86'400)
        return printed("%d h %02d min", static_cast<int>(seconds / 3'600), static_cast<int>(seconds % 3'600 / 60));
    return printed("%lld d %02d h", static_cast<long long>(seconds / 86'400),
                   static_cast<int>(seconds % 86'400 / 3'600));
}

std::string to_table(const ReceivedOrder& order) {
    const auto rows = by_time(order);
    const bool with_date = !rows.empty() && std::chrono::floor<std::chrono::days>(rows.front()->start) !=
                                                std::chrono::floor<std::chrono::days>(rows.back()->start);
    std::vector<Cells> lines{{"time", "system", "record", "name", "result", "duration", "note"}};
    for (const auto* row : rows) lines.push_back(to_cells(*row, with_date));
    std::array<std::size_t, column_count> widths{};
    for (const auto& line : lines)
        for (std::size_t i = 0; i < column_count; ++i) widths[i] = std::max(widths[i], display_width(line[i]));
    Cells rule;
    for (std::size_t i = 0; i < column_count; ++i)
        for (std::size_t column = 0; column < widths[i]; ++column) rule[i] += "─";
    lines.insert(lines.begin() + 1, rule);
    std::string out = heading(order, rows);
    for (const auto& line : lines) append_line(out, line, widths);
    return out;
}

}  // namespace ordertrace
