#include "board/watcher.h"

#include <algorithm>

namespace ordertrace {

Watcher::Watcher(const Lifecycle& lifecycle, WatchRules rules, std::unique_ptr<OrderStore> store,
                 std::unique_ptr<IndexWriter> index, SendMark send, Stopping stopping)
    : lifecycle_{lifecycle},
      rules_{rules},
      store_{std::move(store)},
      index_{std::move(index)},
      send_{std::move(send)},
      stopping_{std::move(stopping)},
      summary_{lifecycle},
      stay_counts_{lifecycle},
      published_{std::make_shared<const Overview>()} {}

std::shared_ptr<const Overview> Watcher::overview() const {
    const std::lock_guard lock{published_mutex_};
    return published_;
}

void Watcher::publish(std::shared_ptr<const Overview> overview) {
    const std::lock_guard lock{published_mutex_};
    published_ = std::move(overview);
}

void Watcher::cycle(TimePoint now) {
    const auto begun = std::chrono::steady_clock::now();
    marks_left_ = marks_a_cycle;
    ++counters_.cycles;
    if (const auto done = watch(now); !done) {
        ++counters_.failed_cycles;
        publish_trouble(done.error().message);
        return;
    }
    auto seen = survey(now);
    if (!seen) {
        ++counters_.failed_cycles;
        publish_trouble(seen.error().message);
        return;
    }
    (*seen)->took = std::chrono::floor<Duration>(std::chrono::steady_clock::now() - begun);
    publish(std::move(*seen));
}

Result<void> Watcher::watch(TimePoint now) {
    if (!caught_up_) summary_.stages(now);  // hours that are too old already take no memory
    const auto changed_systems = read_beats(now);
    if (!changed_systems) return tl::make_unexpected(changed_systems.error());
    auto done = forget_removed(now);
    if (done) done = judge_changed(now);
    if (done) done = judge_watching(*changed_systems, now);
    if (done) done = judge_due(now);
    if (done && !stopping_()) caught_up_ = true;
    return done;
}

// All beats of the time that still matters, read anew: one that comes hours late counts like any other.
Result<std::vector<std::string>> Watcher::read_beats(TimePoint now) {
    auto beats = store_->beats(now - rules_.marks.look_back);
    if (!beats) return tl::make_unexpected(beats.error());
    const auto heard = store_->last_seen();
    if (!heard) return tl::make_unexpected(heard.error());
    SystemLives lives;
    for (auto& [system, beat] : *beats) lives.add(system, std::move(beat));
    for (const auto& [system, at] : *heard) lives.seen(system, at);
    std::vector<std::string> changed;
    for (const auto& [system, life] : lives.all()) {
        const auto* before = lives_.find(system);
        if (before == nullptr || before->beats != life.beats) changed.push_back(system);
    }
    lives_ = std::move(lives);
    return changed;
}

Result<void> Watcher::forget_removed(TimePoint now) {
    while (true) {
        const auto removed = store_->removals(removals_, chunk);
        if (!removed) return tl::make_unexpected(removed.error());
        removals_ = removed->next;
        // An order may have come again since.
        if (auto done = judge_orders(removed->orders, now); !done) return done;
        if (!removed->more) return {};
    }
}

Result<void> Watcher::judge_changed(TimePoint now) {
    while (!stopping_()) {
        const auto changed = store_->changes(changes_, chunk);
        if (!changed) return tl::make_unexpected(changed.error());
        if (auto done = judge_orders(changed->orders, now); !done) return done;
        changes_ = changed->next;
        if (!changed->more) break;
    }
    return {};
}

Result<void> Watcher::judge_due(TimePoint now) {
    while (!stopping_()) {
        const auto due = index_->due(now, chunk);
        if (!due) return tl::make_unexpected(due.error());
        if (auto done = judge_orders(*due, now); !done) return done;
        if (due->size() < chunk) break;
    }
    return {};
}

Result<void> Watcher::judge_watching(const std::vector<std::string>& systems, TimePoint now) {
    for (const auto& system : systems) {
        std::string last;
        while (!stopping_()) {
            const auto orders = index_->watching(system, last, chunk);
            if (!orders) return tl::make_unexpected(orders.error());
            if (auto done = judge_orders(*orders, now); !done) return done;
            if (orders->size() < chunk) break;
            last = orders->back();
        }
    }
    return {};
}

Result<void> Watcher::judge_orders(std::vector<std::string> orders, TimePoint now) {
    std::sort(orders.begin(), orders.end());
    orders.erase(std::unique(orders.begin(), orders.end()), orders.end());
    if (orders.empty()) return {};
    const auto found = read_orders(*store_, orders);
    if (!found) return tl::make_unexpected(found.error());
    if (auto begun = index_->begin(); !begun) return begun;
    std::vector<std::string> owners;  // of ids that are only another name: what they tell belongs there
    for (const auto& order : *found) {
        const bool own = order.alias_of.empty() && !order.facts.empty();
        if (!order.alias_of.empty()) owners.push_back(order.alias_of);
        if (auto done = own ? keep(order, now) : drop(order.order); !done) return done;
        // The ids this order now goes by are no orders of their own any more.
        for (const auto& alias : order.aliases)
            if (auto done = drop(alias.substr(alias.find(':') + 1)); !done) return done;
    }
    if (auto done = index_->commit(); !done) return done;
    // An owner is no alias itself (one hop): this goes one level deep.
    std::erase_if(owners,
                  [&](const std::string& owner) { return std::binary_search(orders.begin(), orders.end(), owner); });
    return judge_orders(std::move(owners), now);
}

Result<void> Watcher::keep(const OrderFacts& order, TimePoint now) {
    ++counters_.judged;
    auto digest = digest_of(lifecycle_, order, judge(lifecycle_, order, lives_, now, rules_.judge), now);
    auto before = index_->find(order.order);
    if (!before) return tl::make_unexpected(before.error());
    const auto marks_again = report(order, digest.verdict, !*before, now);
    auto review = digest.verdict.review_at;
    if (marks_again && (!review || *marks_again < *review)) review = marks_again;
    if (*before) summary_.remove(**before);
    summary_.add(digest);
    stay_counts_.add(*before ? &**before : nullptr, digest);
    return index_->put(digest, review);
}

Result<void> Watcher::drop(const std::string& order) {
    auto before = index_->find(order);
    if (!before) return tl::make_unexpected(before.error());
    if (!*before) return {};
    summary_.remove(**before);
    return index_->erase(order);
}

// When the mark is to be looked at again.
TimePoint Watcher::send_if_due(const std::string& line, TimePoint now) {
    const auto last = sent_.find(line);
    if (last != sent_.end() && now < last->second + rules_.send_again) return last->second + rules_.send_again;
    if (marks_left_ == 0 || sent_.size() == most_sent) return now + Duration{1};  // first of all in the next cycle
    --marks_left_;
    const bool taken = send_(line);
    ++(taken ? counters_.marks_sent : counters_.marks_failed);
    sent_.insert_or_assign(line, now);
    return now + rules_.send_again;
}

// Sends the marks that are due; says when to look again. A mark is due until it is among the facts.
std::optional<TimePoint> Watcher::report(const OrderFacts& order, const Verdict& verdict, bool first, TimePoint now) {
    if (!rules_.send_marks) return std::nullopt;
    const auto marks = marks_of(lifecycle_, order, verdict, now, rules_.marks);
    auto again = marks.next;
    if (first) counters_.marks_too_old += marks.too_old;
    for (const auto& mark : marks.due) {
        const auto next = send_if_due(to_line(mark, lifecycle_.name_space, order.order), now);
        again = std::min(again.value_or(next), next);
    }
    return again;
}

}  // namespace ordertrace
