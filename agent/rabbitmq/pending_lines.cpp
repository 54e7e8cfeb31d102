#include "rabbitmq/pending_lines.h"

#include <algorithm>
#include <iterator>

namespace ordertrace {
namespace {

constexpr std::size_t most_that_come_again = 20'000;  // facts; beyond it one is told twice

}  // namespace

void PendingLines::add(std::uint64_t tag, std::vector<std::string> lines, std::vector<std::string> keys) {
    lines_ += lines.size();
    entries_.push_back(
        {tag, {std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end())}, std::move(keys)});
}

void PendingLines::forget_tags() {
    for (auto& entry : entries_) {
        for (auto& key : entry.keys)
            if (came_before_.size() < most_that_come_again) came_before_.insert(std::move(key));
        entry.keys.clear();
        entry.tag = 0;
    }
    std::erase_if(entries_, [](const Entry& entry) { return entry.lines.empty(); });
}

bool PendingLines::came_before(const std::string& key) {
    const auto found = came_before_.find(key);
    if (found == came_before_.end()) return false;
    came_before_.erase(found);
    return true;
}

std::size_t PendingLines::reach() const {
    std::size_t size = 0;
    std::size_t count = 0;
    for (const auto& entry : entries_)
        for (const auto& line : entry.lines) {
            size += line.size() + 1;
            if (count > 0 && size > most_) return count;
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
    auto left = reach();
    for (const auto& entry : entries_)
        for (const auto& line : entry.lines) {
            if (left-- == 0) return text;
            text.append(text.empty() ? 0 : 1, '\n').append(line);
        }
    return text;
}

bool PendingLines::halve() {
    if (reach() < 2) return false;
    most_ = std::max<std::size_t>(next().size() / 2, 1);
    return true;
}

void PendingLines::pop(Passed& passed) {
    const auto& entry = entries_.front();
    if (entry.tag != 0) ++passed.messages;
    passed.tag = std::max(passed.tag, entry.tag);
    lines_ -= entry.lines.size();
    entries_.pop_front();
}

PendingLines::Passed PendingLines::pass() {
    Passed passed;
    auto left = reach();
    while (!entries_.empty()) {
        auto& lines = entries_.front().lines;
        for (; left > 0 && !lines.empty(); --left, --lines_) lines.pop_front();
        if (!lines.empty()) break;
        pop(passed);
    }
    most_ = std::min(2 * most_, most_of_a_post);
    return passed;
}

PendingLines::GivenUp PendingLines::give_up(std::size_t most) {
    GivenUp given_up;
    for (; most > 0 && !entries_.empty(); --most) {
        const auto lines = entries_.front().lines.size();
        given_up.messages += lines > 0 ? 1 : 0;
        given_up.lines += lines;
        pop(given_up.passed);
    }
    return given_up;
}

}  // namespace ordertrace
