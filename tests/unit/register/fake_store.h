// An OrderStore in memory: what a test puts in is what it gives. One thread.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/order_store.h"

namespace ordertrace::test {

class FakeStore : public OrderStore {
public:
    void add(const std::string& order, Fact fact);
    void add_beat(const std::string& system, Beat beat);
    void remove(const std::string& order);                                  // as retention does
    void fail_with(std::string message) { failure_ = std::move(message); }  // every call from now on; "": no more
    std::size_t calls() const { return calls_; }

    Result<std::vector<std::vector<Fact>>> facts_of(const std::vector<std::string>& orders, std::size_t limit) override;
    Result<std::vector<AliasClaim>> claims_on(const std::vector<std::string>& ids) override;
    Result<ChangedOrders> changes(ChangeCursor since, std::size_t limit) override;
    Result<ChangedOrders> removals(ChangeCursor since, std::size_t limit) override;
    Result<std::vector<BeatOfSystem>> beats(TimePoint from) override;
    Result<std::map<std::string, TimePoint>> last_seen() override;
    Result<std::vector<std::string>> nearest(const std::string& text, std::size_t limit) override;
    Result<void> ping() override;

private:
    Result<void> called();

    std::map<std::string, std::vector<Fact>> orders_;
    std::vector<std::string> changed_, removed_;  // by cursor
    std::vector<BeatOfSystem> beats_;
    std::string failure_;
    std::size_t calls_ = 0;
};

}  // namespace ordertrace::test
