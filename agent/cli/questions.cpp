#include "cli/questions.h"

#include <ostream>

#include "cli/answer_fields.h"
#include "cli/exit_code.h"
#include "cli/list_text.h"
#include "cli/overview_text.h"
#include "cli/where_text.h"

namespace ordertrace {
namespace {

namespace json = boost::json;

constexpr std::size_t most_orders = 1'000;

// What is printed, and what the program ends with.
struct Told {
    std::string text;
    int exit_code = exit_code::fine;
};

std::string as_it_is(std::string body) {
    if (!body.ends_with('\n')) body += '\n';
    return body;
}

std::string list_path(const QuestionOptions& options, bool lost, std::size_t limit, const std::string& cursor) {
    auto path = (lost ? "api/lost?limit=" : "api/stuck?limit=") + std::to_string(limit);
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) path += '&' + std::string{name} + '=' + url_escaped(value);
    };
    add("stage", options.stage);
    add("older", options.older);
    add("edge", options.edge);
    add("cursor", cursor);
    return path;
}

FromBoard<Told> tell_where(const BoardClient& board, const QuestionOptions& options) {
    auto answer = board.ask("api/orders/" + url_escaped(options.order));
    if (!answer) return tl::make_unexpected(answer.error());
    const auto verdict = text_of(answer->document, "verdict");
    if (verdict.empty()) return tl::unexpected<BoardTrouble>(board.no_answer("a document without a verdict"));
    const bool worry = verdict == "unknown" || is_stuck(answer->document);
    return Told{options.json ? as_it_is(std::move(answer->body)) : where_text(answer->document, options.colours),
                worry ? exit_code::negative : exit_code::fine};
}

// Page by page, should the board give less at once than it is asked for.
FromBoard<Told> tell_list(const BoardClient& board, const QuestionOptions& options, bool lost) {
    OrderList list{{}, false, lost};
    std::string cursor;
    do {
        auto answer = board.ask(list_path(options, lost, most_orders - list.orders.size(), cursor));
        if (!answer) return tl::make_unexpected(answer.error());
        const auto* orders = array_of(answer->document, "orders");
        if (orders == nullptr) return tl::unexpected<BoardTrouble>(board.no_answer("a document without orders"));
        const int code = orders->empty() ? exit_code::fine : exit_code::negative;
        if (options.json) return Told{as_it_is(std::move(answer->body)), code};
        list.orders.insert(list.orders.end(), orders->begin(), orders->end());
        const auto* next = answer->document.if_contains("next");
        cursor = next != nullptr && next->is_string() && !orders->empty() ? std::string{next->get_string()} : "";
    } while (!cursor.empty() && list.orders.size() < most_orders);
    list.more = !cursor.empty();
    return Told{list_text(list, options.colours), list.orders.empty() ? exit_code::fine : exit_code::negative};
}

FromBoard<Told> tell_counts(const BoardClient& board, const QuestionOptions& options, const std::string& name) {
    auto answer = board.ask("api/" + name);
    if (!answer) return tl::make_unexpected(answer.error());
    if (array_of(answer->document, name) == nullptr)
        return tl::unexpected<BoardTrouble>(board.no_answer("a document without " + name));
    if (options.json) return Told{as_it_is(std::move(answer->body)), exit_code::fine};
    return Told{name == "stages" ? stages_text(answer->document, options.colours)
                                 : systems_text(answer->document, options.colours),
                exit_code::fine};
}

FromBoard<Told> tell(const std::string& name, const QuestionOptions& options) {
    const auto board = BoardClient::make(options.board);
    if (!board) return tl::make_unexpected(board.error());
    if (name == "where") return tell_where(*board, options);
    if (name == "stuck" || name == "lost") return tell_list(*board, options, name == "lost");
    return tell_counts(*board, options, name);
}

}  // namespace

int question_command(const std::string& name, const QuestionOptions& options, std::ostream& output,
                     std::ostream& errors) {
    const auto told = tell(name, options);
    if (!told) {
        errors << "ordertrace " << name << ": " << told.error().message << '\n';
        return told.error().exit_code;
    }
    output << told->text;
    return told->exit_code;
}

}  // namespace ordertrace
