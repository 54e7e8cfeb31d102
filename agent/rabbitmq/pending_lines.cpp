#include "rabbitmq/pending_lines.h"

#include <algorithm>

namespace ordertrace {
namespace {

constexpr std::size_t most_of_a_post = 256U << 10U;  // the agent takes four times as much

std::size_t size_of(const std::vector<std::string>& lines) {
    std::size_t size = 0;
    for (const auto& line : lines) size += line.size() + 1;
    return size;
}

}  // namespace

void PendingLines::add(std::uint64_t tag, std::vector<std::string> lines) {
    lines_ += lines.size();
    entries_.push_back({tag, std::move(lines)});
}

void PendingLines::forget_tags() {
    for (auto& entry : entries_) entry.tag = 0;
    std::erase_if(entries_, [](const Entry& entry) { return entry.lines.empty(); });
}

std::size_t PendingLines::reach() const {
    std::size_t size = 0;
    std::size_t count = 0;
    for (const auto& entry : entries_) {
        size += size_of(entry.lines);
        if (count > 0 && size > most_of_a_post) break;
        ++count;
    }
    return count;
}

std::size_t PendingLines::unacknowledged() const {
    const auto count =
        std::count_if(entries_.begin(), entries_.end(), [](const Entry& entry) { return entry.tag != 0; });
    return static_cast<std::size_t>(count);
}

std::string PendingLines::next() const {
    std::string text;
    for (std::size_t i = 0, end = reach(); i < end; ++i)
        for (const auto& line : entries_[i].lines) text.append(text.empty() ? 0 : 1, '\n').append(line);
    return text;
}

PendingLines::Passed PendingLines::pass() {
    Passed passed;
    for (auto left = reach(); left > 0; --left) {
        const auto& entry = entries_.front();
        if (entry.tag != 0) ++passed.messages;
        passed.tag = std::max(passed.tag, entry.tag);
        lines_ -= entry.lines.size();
        entries_.pop_front();
    }
    return passed;
}

}  // namespace ordertrace
