// ordertrace-agent journal list|cat|verify: a directory is looked at without its lock, nothing is changed.
#include <algorithm>
#include <iomanip>
#include <iostream>

#include "agent_commands.h"
#include "export/span_text.h"
#include "journal/journal_tool.h"

namespace ordertrace {
namespace {

int complain(const Error& error) {
    std::cerr << "ordertrace-agent: " << error.message << '\n';
    return exit_unavailable;
}

void print_segments(const std::vector<ListedSegment>& segments) {
    std::size_t width = std::string_view{"FILE"}.size();
    for (const auto& segment : segments) width = std::max(width, segment.file.size());
    const auto column = static_cast<int>(width + 2);
    std::cout << std::left << std::setw(column) << "FILE" << std::right << std::setw(12) << "BYTES" << std::setw(10)
              << "SPANS" << std::setw(10) << "STEPS" << "  NUMBERS\n";
    for (const auto& segment : segments) {
        std::cout << std::left << std::setw(column) << segment.file << std::right << std::setw(12) << segment.bytes
                  << std::setw(10) << segment.spans << std::setw(10) << segment.step_records << "  ";
        if (segment.spans == 0)
            std::cout << '-';
        else
            std::cout << segment.first_number << " to " << segment.last_number;
        std::cout << (segment.damaged ? "  damaged\n" : "\n");
    }
}

}  // namespace

int journal_list(const std::string& directory) {
    const auto listing = list_journal(directory);
    if (!listing) return complain(listing.error());
    print_segments(listing->segments);
    if (!listing->has_state) {
        std::cout << "\nno state page that can be read: what was delivered is not known\n";
        return 0;
    }
    for (const auto& destination : listing->balance.destinations)
        std::cout << "\ndestination " << destination.name << ": delivered or accounted for up to number "
                  << destination.committed << ", " << destination.pending << " pending\n";
    return 0;
}

int journal_cat(const std::string& directory) {
    const auto visited =
        visit_spans(directory, [](std::uint64_t number, std::string_view process, std::string_view span) {
            const auto line = span_as_json(process, span);
            if (line)
                std::cout << *line << '\n';
            else
                std::cerr << "span " << number << ": " << line.error().message << '\n';
        });
    return visited ? 0 : complain(visited.error());
}

int journal_verify(const std::string& directory) {
    const auto problems = verify_journal(directory);
    if (!problems) return complain(problems.error());
    for (const auto& problem : *problems)
        std::cout << problem.file << ": byte " << problem.offset << ": " << problem.what << '\n';
    if (!problems->empty()) return 1;
    std::cout << directory << ": every record is whole\n";
    return 0;
}

}  // namespace ordertrace
