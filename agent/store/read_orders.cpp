#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "store/order_store.h"

namespace ordertrace {
namespace {

constexpr std::size_t max_aliases = 100;  // of one order, the first by time

bool is_earlier(const AliasClaim& a, const AliasClaim& b) { return std::tie(a.at, a.order) < std::tie(b.at, b.order); }

// What is known of who claims which id. Asks the store once for each id, for many ids in one call.
class ClaimBook {
public:
    explicit ClaimBook(OrderStore& store) : store_{store} {}

    Result<void> learn(const std::vector<std::string>& ids) {
        std::vector<std::string> unknown;
        for (const auto& id : ids)
            if (by_id_.try_emplace(id).second) unknown.push_back(id);
        if (unknown.empty()) return {};
        auto claims = store_.claims_on(unknown);
        if (!claims) return tl::unexpected(claims.error());
        for (auto& claim : *claims)
            if (claim.order != claim.id) by_id_[claim.id].push_back(std::move(claim));
        return {};
    }

    const std::vector<AliasClaim>& on(const std::string& id) const {
        static const std::vector<AliasClaim> none;
        const auto found = by_id_.find(id);
        return found == by_id_.end() ? none : found->second;
    }

    // One hop: who is claimed himself claims nobody. Of two orders that claim each other the earlier claim counts.
    bool counts(const AliasClaim& claim) const {
        const auto& rivals = on(claim.order);
        return std::all_of(rivals.begin(), rivals.end(), [&](const AliasClaim& rival) {
            return rival.order == claim.id && is_earlier(claim, rival);
        });
    }

    bool wins(const AliasClaim& claim) const {
        const auto& rivals = on(claim.id);
        return counts(claim) && std::none_of(rivals.begin(), rivals.end(), [&](const AliasClaim& rival) {
                   return rival.system == claim.system && is_earlier(rival, claim) && counts(rival);
               });
    }

    // The first claim that makes `order` an alias.
    std::optional<AliasClaim> winner_on(const std::string& order) const {
        std::optional<AliasClaim> first;
        for (const auto& claim : on(order))
            if (counts(claim) && (!first || is_earlier(claim, *first))) first = claim;
        return first;
    }

private:
    OrderStore& store_;
    std::unordered_map<std::string, std::vector<AliasClaim>> by_id_;
};

// What an order says of itself, each alias once, at its first time.
std::vector<AliasClaim> claims_by(const std::string& order, const std::vector<Fact>& facts) {
    std::map<std::string, AliasClaim> by_alias;
    for (const auto& fact : facts) {
        const auto colon = fact.alias.find(':');
        if (fact.record != FactRecord::alias || colon == std::string::npos) continue;
        AliasClaim claim{order, fact.alias.substr(0, colon), fact.alias.substr(colon + 1), fact.start};
        if (claim.id.empty() || claim.id == order) continue;
        const auto [known, fresh] = by_alias.try_emplace(fact.alias, claim);
        if (!fresh && claim.at < known->second.at) known->second = claim;
    }
    std::vector<AliasClaim> claims;
    for (auto& [alias, claim] : by_alias) claims.push_back(std::move(claim));
    std::stable_sort(claims.begin(), claims.end(), is_earlier);
    if (claims.size() > max_aliases) claims.resize(max_aliases);
    return claims;
}

// Each fact once, by start; of too many the latest.
void tidy(OrderFacts& order) {
    auto& facts = order.facts;
    std::unordered_set<std::uint64_t> ids;
    facts.erase(
        std::remove_if(facts.begin(), facts.end(), [&](const Fact& fact) { return !ids.insert(fact.id.value).second; }),
        facts.end());
    std::sort(facts.begin(), facts.end(),
              [](const Fact& a, const Fact& b) { return std::tie(a.start, a.id) < std::tie(b.start, b.id); });
    if (facts.size() <= FactLimits::per_order) return;
    facts.erase(facts.begin(), facts.end() - FactLimits::per_order);
    order.truncated = true;
}

class Reading {
public:
    explicit Reading(OrderStore& store) : store_{store}, book_{store} {}

    Result<std::vector<OrderFacts>> of(const std::vector<std::string>& ids) {
        auto facts = store_.facts_of(ids, FactLimits::per_order + 1);
        if (!facts) return tl::unexpected(facts.error());
        for (std::size_t i = 0; i < ids.size(); ++i) {
            claims_.push_back(claims_by(ids[i], (*facts)[i]));
            orders_.push_back({ids[i], std::move((*facts)[i]), {}, {}, false});
        }
        return learn(ids).and_then([&] { return judge(); }).and_then([&] { return add_aliases(); }).map([&] {
            for (auto& order : orders_) tidy(order);
            return std::move(orders_);
        });
    }

private:
    // Who claims these orders, who else claims what they claim, and whether any of those claimants is claimed himself.
    Result<void> learn(const std::vector<std::string>& ids) {
        if (auto learnt = book_.learn(ids); !learnt) return learnt;
        std::vector<std::string> next;
        for (const auto& id : ids)
            for (const auto& claim : book_.on(id)) next.push_back(claim.order);
        std::vector<std::string> claimed;
        for (const auto& claims : claims_)
            for (const auto& claim : claims) claimed.push_back(claim.id);
        next.insert(next.end(), claimed.begin(), claimed.end());
        if (auto learnt = book_.learn(next); !learnt) return learnt;
        std::vector<std::string> rivals;
        for (const auto& id : claimed)
            for (const auto& claim : book_.on(id)) rivals.push_back(claim.order);
        return book_.learn(rivals);
    }

    Result<void> judge() {
        for (std::size_t i = 0; i < orders_.size(); ++i) {
            auto& claims = claims_[i];
            if (const auto winner = book_.winner_on(orders_[i].order)) {
                orders_[i].alias_of = winner->order;
                claims.clear();
            }
            claims.erase(std::remove_if(claims.begin(), claims.end(), [&](const auto& c) { return !book_.wins(c); }),
                         claims.end());
        }
        return {};
    }

    Result<void> add_aliases() {
        std::vector<std::string> ids;
        for (const auto& claims : claims_)
            for (const auto& claim : claims) ids.push_back(claim.id);
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        if (ids.empty()) return {};
        const auto facts = store_.facts_of(ids, FactLimits::per_order + 1);
        if (!facts) return tl::unexpected(facts.error());
        for (std::size_t i = 0; i < orders_.size(); ++i)
            for (const auto& claim : claims_[i]) {
                const auto place = std::lower_bound(ids.begin(), ids.end(), claim.id) - ids.begin();
                add(orders_[i], claim, (*facts)[static_cast<std::size_t>(place)]);
            }
        return {};
    }

    static void add(OrderFacts& order, const AliasClaim& claim, const std::vector<Fact>& facts) {
        order.aliases.push_back(claim.system + ':' + claim.id);
        std::sort(order.aliases.begin(), order.aliases.end());
        std::copy_if(facts.begin(), facts.end(), std::back_inserter(order.facts),
                     [&](const Fact& fact) { return fact.system == claim.system; });
    }

    OrderStore& store_;
    ClaimBook book_;
    std::vector<OrderFacts> orders_;
    std::vector<std::vector<AliasClaim>> claims_;  // of each order, in the same sequence
};

}  // namespace

Result<std::vector<OrderFacts>> read_orders(OrderStore& store, const std::vector<std::string>& orders) {
    return Reading{store}.of(orders);
}

}  // namespace ordertrace
