#include "store/clickhouse_changes.h"

#include <algorithm>
#include <limits>
#include <set>

namespace ordertrace {
namespace {

constexpr std::int64_t first_time = 1'000'000'000'000'000;  // in 2001: smaller cursors are no times

// The table of changes is kept for two days.
constexpr auto longest_pause = std::chrono::hours{24};

}  // namespace

Result<ChangedOrders> ClickhouseChanges::since(ChangeCursor cursor, std::size_t limit) {
    const bool paused = given_ >= 0 && source_.clock() - asked_ > longest_pause;
    if (cursor.value == 0 || cursor.value != given_ || paused) {
        given_ = -1;
        if (auto begun = begin(paused ? ChangeCursor{} : cursor); !begun) return tl::make_unexpected(begun.error());
    }
    if (pending_.empty()) {
        // What failed half-way begins anew when it is asked again.
        given_ = -1;
        auto found = enumerating_ ? enumerate(limit) : follow();
        if (!found) return tl::make_unexpected(found.error());
    }
    asked_ = source_.clock();
    ChangedOrders changed;
    while (!pending_.empty() && changed.orders.size() < limit) {
        changed.orders.push_back(std::move(pending_.back()));
        pending_.pop_back();
    }
    changed.more = !pending_.empty() || enumerating_ || sweeping_;
    const bool moved = !changed.orders.empty() || changed.more;
    changed.next.value = std::max(enumerating_ ? 0 : newest_, cursor.value + (moved ? 1 : 0));
    given_ = changed.next.value;
    return changed;
}

// The changes that can be seen before an enumeration are of orders that it tells; they are told once more later.
Result<void> ClickhouseChanges::begin(ChangeCursor cursor) {
    pending_.clear();
    told_.clear();
    enumerated_.clear();
    sweeping_ = false;
    enumerating_ = cursor.value < first_time;
    newest_ = cursor.value;
    if (!enumerating_) return {};
    const auto now = source_.now();
    if (!now) return tl::make_unexpected(now.error());
    newest_ = *now;
    for (start_sweep(); sweeping_;) {
        auto rows = source_.changes(swept_, page);
        if (!rows) return tl::make_unexpected(rows.error());
        take(*rows, false);
    }
    return {};
}

Result<void> ClickhouseChanges::enumerate(std::size_t limit) {
    const auto wanted = std::clamp<std::size_t>(limit, 1, page);
    auto orders = source_.orders(enumerated_, wanted);
    if (!orders) return tl::make_unexpected(orders.error());
    enumerating_ = orders->size() == wanted;
    if (!orders->empty()) enumerated_ = orders->back();
    pending_ = std::move(*orders);
    std::reverse(pending_.begin(), pending_.end());
    return {};
}

Result<void> ClickhouseChanges::follow() {
    if (!sweeping_) {
        start_sweep();
        tell_again();
    }
    // Pages of nothing but what was told are passed over.
    while (sweeping_ && pending_.empty())
        if (auto swept = sweep(); !swept) return swept;
    return {};
}

Result<void> ClickhouseChanges::sweep() {
    const auto rows = source_.changes(swept_, page);
    if (!rows) return tl::make_unexpected(rows.error());
    take(*rows, true);
    return {};
}

void ClickhouseChanges::start_sweep() {
    sweeping_ = true;
    swept_ = {.at = newest_ - overlap.count(), .order = {}};
    // What lies before is not read again.
    for (auto told = told_.begin(); told != told_.end();)
        told = told->second.at < swept_.at && told->second.twice ? told_.erase(told) : std::next(told);
}

void ClickhouseChanges::take(const std::vector<ChangeRow>& rows, bool pending) {
    const auto now = source_.clock();
    std::set<std::string> fresh;
    for (const auto& [at, order] : rows) {
        newest_ = std::max(newest_, at);
        const auto known = told_.find(order);
        if (known != told_.end() && known->second.at >= at) continue;
        if (known != told_.end())
            known->second = {.at = at, .when = now};
        else if (told_.size() < max_told)
            told_[order] = {.at = at, .when = now};
        if (pending) fresh.insert(order);
    }
    pending_.insert(pending_.end(), fresh.rbegin(), fresh.rend());
    sweeping_ = rows.size() == page;
    if (!rows.empty()) swept_ = rows.back();
}

void ClickhouseChanges::tell_again() {
    const auto now = source_.clock();
    for (auto& [order, told] : told_) {
        if (told.twice || now - told.when <= overlap) continue;
        told.twice = true;
        pending_.push_back(order);
    }
}

}  // namespace ordertrace
