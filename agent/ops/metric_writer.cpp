#include "ops/metric_writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "ops/printable.h"

namespace ordertrace {
namespace {

// The shortest text that reads back to the same number, never in exponents: 0.005, 28800.
std::string spell(double value) {
    if (std::isnan(value)) return "NaN";
    std::array<char, 400> text{};  // the longest double in fixed notation has 327 characters
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    return {text.data(), result.ptr};
}

// Of a label value only these three have an escape; it must be valid UTF-8.
std::string escape_label(std::string_view value) {
    std::string out;
    for (const char c : inert_utf8(value)) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out;
}

}  // namespace

void MetricWriter::family(std::string_view name, std::string_view help, std::string_view type) {
    name_ = name;
    text_ += "# HELP " + name_ + ' ';
    text_ += help;
    text_ += "\n# TYPE " + name_ + ' ';
    text_ += type;
    text_ += '\n';
}

void MetricWriter::line(std::string_view suffix, Labels labels, std::string_view bound, std::string_view value) {
    text_ += name_;
    text_ += suffix;
    char separator = '{';
    const auto label = [&](std::string_view key, std::string_view text) {
        text_ += separator;
        text_ += key;
        text_ += "=\"" + escape_label(text) + '"';
        separator = ',';
    };
    for (const auto& [key, text] : labels) label(key, text);
    if (!bound.empty()) label("le", bound);
    if (separator == ',') text_ += '}';
    text_ += ' ';
    text_ += value;
    text_ += '\n';
}

void MetricWriter::sample(Labels labels, std::uint64_t value) { line("", labels, "", std::to_string(value)); }

void MetricWriter::sample(Labels labels, double value) { line("", labels, "", spell(value)); }

void MetricWriter::buckets(Labels labels, std::span<const double> bounds, std::span<const std::uint64_t> counts,
                           double sum) {
    const auto count = [&](std::size_t index) { return std::to_string(index < counts.size() ? counts[index] : 0); };
    for (std::size_t i = 0; i < bounds.size(); ++i) line("_bucket", labels, spell(bounds[i]), count(i));
    line("_bucket", labels, "+Inf", count(bounds.size()));
    line("_sum", labels, "", spell(sum));
    line("_count", labels, "", count(bounds.size()));
}

}  // namespace ordertrace
