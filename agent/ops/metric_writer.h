// Writes families and samples of the Prometheus text format 0.0.4: escapes label values, spells numbers.
// Pure; lives for one scrape.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ordertrace {

class MetricWriter {
public:
    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    // Begins a family; the samples that follow carry its name.
    void counter(std::string_view name, std::string_view help) { family(name, help, "counter"); }
    void gauge(std::string_view name, std::string_view help) { family(name, help, "gauge"); }
    void histogram(std::string_view name, std::string_view help) { family(name, help, "histogram"); }

    void sample(Labels labels, std::uint64_t value);
    void sample(Labels labels, double value);  // NaN: not known

    // `counts` are cumulative, one a bound and one for +Inf; where one is missing it counts as 0.
    void buckets(Labels labels, std::span<const double> bounds, std::span<const std::uint64_t> counts, double sum);

    std::string take() { return std::move(text_); }

private:
    void family(std::string_view name, std::string_view help, std::string_view type);
    void line(std::string_view suffix, Labels labels, std::string_view bound, std::string_view value);

    std::string text_;
    std::string name_;
};

}  // namespace ordertrace
