// What is counted about the requests to one destination. Plain data; delivery thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ordertrace {

// Upper bounds of ordertrace_export_request_seconds; one more bucket has none.
inline constexpr std::array request_seconds_bounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0};

struct DestinationNumbers {
    std::string name;
    std::optional<bool> up;  // the last request was answered 202; none: there was no request yet
    std::map<std::string, std::uint64_t, std::less<>> requests;                      // by outcome, see label_of
    std::array<std::uint64_t, request_seconds_bounds.size() + 1> request_buckets{};  // cumulative
    double request_seconds_sum = 0;
    std::optional<std::int64_t> certificate_expiry;  // seconds since 1970
    std::string last_error;                          // one line, empty when up

    void count(std::string_view outcome, double seconds) {
        const auto found = requests.find(outcome);
        if (found == requests.end())
            requests.emplace(outcome, 1);
        else
            ++found->second;
        request_seconds_sum += seconds;
        for (std::size_t i = 0; i < request_buckets.size(); ++i)
            if (i == request_seconds_bounds.size() || seconds <= request_seconds_bounds.at(i)) ++request_buckets.at(i);
    }
};

}  // namespace ordertrace
