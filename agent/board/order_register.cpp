#include "board/order_register.h"

#include <algorithm>

#include "steps/ids.h"

namespace ordertrace {
namespace {

constexpr std::size_t most_nearest = 10;

std::string trace_of(const std::string& name_space, std::string_view order) {
    return to_hex(IdMaker{}.trace_id(name_space, order));
}

bool earlier(const Fact& a, const Fact& b) {
    return std::tie(a.start, a.duration, a.id) < std::tie(b.start, b.duration, b.id);
}

}  // namespace

OrderRegister::OrderRegister(const Lifecycle& lifecycle, JudgeSettings judge, std::unique_ptr<OrderStore> store,
                             std::unique_ptr<IndexReader> index, Latest latest, Clock clock)
    : lifecycle_{lifecycle},
      judge_{judge},
      store_{std::move(store)},
      index_{std::move(index)},
      latest_{std::move(latest)},
      clock_{std::move(clock)} {}

Result<OrderAnswer> OrderRegister::order(const std::string& id) {
    auto found = read_orders(*store_, {id});
    if (found && !found->front().alias_of.empty()) found = read_orders(*store_, {found->front().alias_of});
    if (!found) return tl::make_unexpected(found.error());
    OrderAnswer answer;
    answer.asked = id;
    answer.order = std::move(found->front());
    answer.now = clock_();
    auto& facts = answer.order.facts;
    std::sort(facts.begin(), facts.end(), earlier);
    answer.verdict = judge(lifecycle_, answer.order, latest_()->lives, answer.now, judge_);
    answer.stays = stays_of(lifecycle_, facts);
    answer.hand_offs = hand_offs_of(lifecycle_, facts);
    answer.trace_id = trace_of(lifecycle_.name_space, answer.order.order);
    for (const auto& alias : answer.order.aliases)
        answer.alias_traces.emplace_back(alias, trace_of(lifecycle_.name_space, alias.substr(alias.find(':') + 1)));
    if (!facts.empty()) return answer;
    auto nearest = store_->nearest(id, most_nearest);
    if (!nearest) return tl::make_unexpected(nearest.error());
    answer.nearest = std::move(*nearest);
    return answer;
}

Result<DigestPage> OrderRegister::stuck(const ListQuery& query) { return index_->stuck(query); }

}  // namespace ordertrace
