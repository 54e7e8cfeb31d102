#include "intake/outcome.h"

#include <array>

#include "base/text.h"

namespace ordertrace {

std::optional<StepResult> find_result(std::string_view word) {
    struct Word {
        std::string_view text;
        StepResult result;
    };
    using enum StepResult;
    static constexpr std::array<Word, 21> words{
        {{"ok", ok},          {"success", ok},   {"succeeded", ok},    {"passed", ok},
         {"true", ok},        {"1", ok},         {"fail", fail},       {"failed", fail},
         {"failure", fail},   {"err", fail},     {"error", fail},      {"nok", fail},
         {"false", fail},     {"0", fail},       {"timeout", timeout}, {"timedout", timeout},
         {"skip", skip},      {"skipped", skip}, {"cancel", cancel},   {"cancelled", cancel},
         {"canceled", cancel}}};
    for (const auto& known : words)
        if (equals_ignore_case(known.text, word)) return known.result;
    return std::nullopt;
}

}  // namespace ordertrace
