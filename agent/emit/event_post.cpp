#include "emit/event_post.h"

#include <utility>

#include "http/http_question.h"

namespace ordertrace {

namespace {

constexpr std::string_view events_path = "/v1/events";

}  // namespace

EventPost::EventPost(Url agent) : agent_{std::move(agent)} {
    while (agent_.target.ends_with('/')) agent_.target.pop_back();
    if (!agent_.target.ends_with(events_path)) agent_.target += events_path;
}

Result<PostOutcome> EventPost::post(std::string_view lines, std::chrono::milliseconds patience) const {
    HttpQuestion question;
    question.server = agent_;
    question.target = agent_.target;
    question.body = lines;
    question.other_side = "agent";
    question.patience = patience;
    auto answer = ask_over_http(question);
    if (!answer) return fail(agent_.text + ": " + answer.error().message);
    return PostOutcome{answer->status, std::move(answer->body)};
}

}  // namespace ordertrace
