#include "journal/gap_table.h"

#include <map>
#include <vector>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

using namespace ordertrace;

namespace {

Losses losses_of(std::initializer_list<std::pair<DropReason, std::uint64_t>> counts) {
    Losses losses{};
    for (const auto& [reason, count] : counts) losses.at(static_cast<std::size_t>(reason)) = count;
    return losses;
}

}  // namespace

TEST_CASE("missing numbers are accounted by the table, and what it does not know by the default") {
    GapTable gaps;
    gaps.add(5, 9, DropReason::memory);
    gaps.add(8, 12, DropReason::crash);  // 8 and 9 are known
    Losses losses{};
    gaps.account(1, 14, DropReason::corrupt, losses);
    CHECK(losses == losses_of({{DropReason::memory, 5}, {DropReason::crash, 3}, {DropReason::corrupt, 6}}));
    gaps.forget_up_to(9);
    losses = {};
    gaps.account(1, 14, DropReason::corrupt, losses);
    CHECK(losses == losses_of({{DropReason::crash, 3}, {DropReason::corrupt, 11}}));
}

TEST_CASE("the table agrees with one reason kept for each number") {
    CHECK(rc::check("gap table", [](const std::vector<std::tuple<std::uint8_t, std::uint8_t, bool>>& added,
                                    std::uint8_t from, std::uint8_t length) {
        GapTable gaps;
        std::map<std::uint64_t, DropReason> naive;
        for (const auto& [first, count, memory] : added) {
            const auto reason = memory ? DropReason::memory : DropReason::crash;
            gaps.add(first, first + std::uint64_t{count} % 16, reason);
            for (std::uint64_t number = first; number <= first + std::uint64_t{count} % 16; ++number)
                naive.emplace(number, reason);
        }
        Losses found{};
        Losses wanted{};
        gaps.account(from, from + std::uint64_t{length}, DropReason::corrupt, found);
        for (std::uint64_t number = from; number <= from + std::uint64_t{length}; ++number) {
            const auto known = naive.find(number);
            ++wanted.at(static_cast<std::size_t>(known == naive.end() ? DropReason::corrupt : known->second));
        }
        RC_ASSERT(found == wanted);
    }));
}
