#include "journal/gap_table.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ordertrace {

template <class Visit>
void GapTable::split(std::uint64_t first, std::uint64_t last, Visit visit) const {
    auto range = ranges_.upper_bound(first);
    if (range != ranges_.begin() && std::prev(range)->second.last >= first) --range;
    while (first <= last) {
        if (range == ranges_.end() || range->first > last) {
            visit(first, last, nullptr);
            return;
        }
        if (range->first > first) visit(first, range->first - 1, nullptr);
        const auto begin = std::max(first, range->first);
        const auto end = std::min(last, range->second.last);
        visit(begin, end, &range->second);
        first = end + 1;
        ++range;
    }
}

void GapTable::add(std::uint64_t first, std::uint64_t last, DropReason reason) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> unknown;
    split(first, last, [&](std::uint64_t begin, std::uint64_t end, const Range* known) {
        if (known == nullptr) unknown.emplace_back(begin, end);
    });
    for (const auto& [begin, end] : unknown) {
        const auto after = ranges_.upper_bound(begin);
        if (after != ranges_.begin()) {
            const auto before = std::prev(after);
            if (before->second.last + 1 == begin && before->second.reason == reason) {
                before->second.last = end;
                continue;
            }
        }
        ranges_.emplace(begin, Range{end, reason});
    }
}

void GapTable::account(std::uint64_t first, std::uint64_t last, DropReason otherwise, Losses& losses) const {
    split(first, last, [&](std::uint64_t begin, std::uint64_t end, const Range* known) {
        losses.at(static_cast<std::size_t>(known == nullptr ? otherwise : known->reason)) += end - begin + 1;
    });
}

void GapTable::forget_up_to(std::uint64_t number) {
    while (!ranges_.empty() && ranges_.begin()->second.last <= number) ranges_.erase(ranges_.begin());
}

}  // namespace ordertrace
