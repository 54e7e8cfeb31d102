// The keys of the latest facts that more than one message tells, so that they make one line. Owned by the worker, one
// thread. Bound: `most` keys, the oldest go first.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_set>

namespace ordertrace {

class RecentKeys {
public:
    explicit RecentKeys(std::size_t most) : most_{most} {}

    bool knows(const std::string& key) const { return keys_.contains(key); }

    void add(std::string key) {
        const auto [place, added] = keys_.insert(std::move(key));
        if (!added) return;
        oldest_first_.push_back(&*place);
        if (oldest_first_.size() <= most_) return;
        keys_.erase(*oldest_first_.front());
        oldest_first_.pop_front();
    }

private:
    std::size_t most_;
    std::unordered_set<std::string> keys_;
    std::deque<const std::string*> oldest_first_;  // into keys_, whose nodes stay where they are
};

}  // namespace ordertrace
