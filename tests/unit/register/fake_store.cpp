#include "unit/register/fake_store.h"

#include <algorithm>

namespace ordertrace::test {
namespace {

ChangedOrders page_of(const std::vector<std::string>& all, ChangeCursor since, std::size_t limit) {
    const auto from = std::min(static_cast<std::size_t>(since.value), all.size());
    const auto to = std::min(from + limit, all.size());
    ChangedOrders page;
    page.orders.assign(all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(to));
    page.next = {static_cast<std::int64_t>(to)};
    page.more = to < all.size();
    return page;
}

}  // namespace

void FakeStore::add(const std::string& order, Fact fact) {
    orders_[order].push_back(std::move(fact));
    changed_.push_back(order);
}

void FakeStore::add_beat(const std::string& system, Beat beat) { beats_.emplace_back(system, std::move(beat)); }

void FakeStore::remove(const std::string& order) {
    if (orders_.erase(order) > 0) removed_.push_back(order);
}

Result<void> FakeStore::called() {
    ++calls_;
    if (!failure_.empty()) return fail(failure_);
    return {};
}

Result<std::vector<std::vector<Fact>>> FakeStore::facts_of(const std::vector<std::string>& orders, std::size_t limit) {
    return called().map([&] {
        std::vector<std::vector<Fact>> all;
        for (const auto& order : orders) {
            const auto found = orders_.find(order);
            auto& facts = all.emplace_back(found == orders_.end() ? std::vector<Fact>{} : found->second);
            if (facts.size() <= limit) continue;
            std::stable_sort(facts.begin(), facts.end(),
                             [](const Fact& a, const Fact& b) { return a.start > b.start; });
            facts.resize(limit);
        }
        return all;
    });
}

Result<std::vector<AliasClaim>> FakeStore::claims_on(const std::vector<std::string>& ids) {
    return called().map([&] {
        std::vector<AliasClaim> claims;
        for (const auto& [order, facts] : orders_)
            for (const auto& fact : facts) {
                const auto colon = fact.alias.find(':');
                if (fact.record != FactRecord::alias || colon == std::string::npos) continue;
                const auto id = fact.alias.substr(colon + 1);
                if (std::find(ids.begin(), ids.end(), id) != ids.end())
                    claims.push_back({order, fact.alias.substr(0, colon), id, fact.start});
            }
        return claims;
    });
}

Result<ChangedOrders> FakeStore::changes(ChangeCursor since, std::size_t limit) {
    return called().map([&] { return page_of(changed_, since, limit); });
}

Result<ChangedOrders> FakeStore::removals(ChangeCursor since, std::size_t limit) {
    return called().map([&] { return page_of(removed_, since, limit); });
}

Result<std::vector<BeatOfSystem>> FakeStore::beats(TimePoint from) {
    return called().map([&] {
        std::vector<BeatOfSystem> late;
        std::copy_if(beats_.begin(), beats_.end(), std::back_inserter(late),
                     [&](const BeatOfSystem& beat) { return beat.second.end >= from; });
        return late;
    });
}

Result<std::map<std::string, TimePoint>> FakeStore::last_seen() {
    return called().map([&] {
        std::map<std::string, TimePoint> seen;
        for (const auto& [order, facts] : orders_)
            for (const auto& fact : facts) seen[fact.system] = std::max(seen[fact.system], fact.end());
        for (const auto& [system, beat] : beats_) seen[system] = std::max(seen[system], beat.end);
        return seen;
    });
}

Result<std::vector<std::string>> FakeStore::nearest(const std::string& text, std::size_t limit) {
    return called().map([&] {
        std::vector<std::string> ids;
        for (auto at = orders_.lower_bound(text); at != orders_.end() && ids.size() < limit; ++at)
            ids.push_back(at->first);
        return ids;
    });
}

Result<void> FakeStore::ping() { return called(); }

}  // namespace ordertrace::test
