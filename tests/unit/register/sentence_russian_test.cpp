#include "orders/sentence.h"

#include <catch2/catch.hpp>

#include "unit/register/sentence_cases.h"

using namespace ordertrace;
using namespace ordertrace::test;

TEST_CASE("Russian sentences where something went wrong inside a system") {
    const auto row = GENERATE(values<SentenceRow>({
        {"unknown", unknown_order(),
         "О заказе 10042 ничего не известно: ни одна система о нём не сообщала. Проверьте номер."},
        {"failed for good", failed_step(3, 3, "connection refused"),
         "Шаг push_to_crm в MES завершился ошибкой 2 ч 5 мин назад (попытка 3 из 3, последняя): "
         "«connection refused». Проверьте журнал MES."},
        {"failed, no attempt told, no note", failed_step(0, 0, ""),
         "Шаг push_to_crm в MES завершился ошибкой 2 ч 5 мин назад. Проверьте журнал MES."},
        {"failed, the second of unknown many", failed_step(2, 0, "no price"),
         "Шаг push_to_crm в MES завершился ошибкой 2 ч 5 мин назад (попытка 2): «no price». Проверьте "
         "журнал MES."},
        {"failed and not tried again", failed_step(1, 3, "no price"),
         "Шаг push_to_crm в MES завершился ошибкой 2 ч 5 мин назад (попытка 1 из 3) и не был повторён "
         "(срок 10 мин): «no price». Проверьте журнал MES."},
        {"timed out", failed_step(1, 1, "", FactResult::timeout),
         "Шаг push_to_crm в MES прерван по тайм-ауту 2 ч 5 мин назад (попытка 1 из 1, последняя). "
         "Проверьте, чего ждала MES."},
        {"died, silent", died_inside(false),
         "MES начала шаг cut_panel 2 ч 5 мин назад и молчит дольше 15 мин: вероятно, она остановилась "
         "посреди шага. Проверьте, работает ли MES."},
        {"died, restarted", died_inside(true),
         "MES начала шаг cut_panel 2 ч 5 мин назад и перезапустилась, не закончив его: работа, вероятно, "
         "потеряна. Запустите шаг в MES заново."},
        {"running", running_step(false), "MES выполняет шаг cut_panel уже 2 ч 5 мин."},
        {"running, a later attempt", running_step(false, 2),
         "MES выполняет шаг cut_panel (попытка 2 из 3) уже 2 ч 5 мин."},
        {"running too long", running_step(true),
         "MES выполняет шаг cut_panel уже 2 ч 5 мин, дольше срока 15 мин. Проверьте, идёт ли ещё работа в "
         "MES."},
    }));
    CAPTURE(row.name);
    CHECK(sentence(row.verdict, "10042", sentence_now, Language::russian) == row.text);
}

TEST_CASE("Russian sentences on the way between systems") {
    const auto row = GENERATE(values<SentenceRow>({
        {"not sent", hand_off(VerdictKind::not_sent, ""),
         "MES выставила статус PRICE_CALCULATED 2 ч 5 мин назад, но не отправила его в CRM (срок 5 мин). "
         "Проверьте отправку из MES в CRM."},
        {"in transit, by a queue", hand_off(VerdictKind::in_transit, "q.price"),
         "MES выставила статус PRICE_CALCULATED 2 ч 5 мин назад и отправила его в CRM через q.price; CRM "
         "его не приняла (срок 5 мин). Проверьте очередь q.price."},
        {"in transit", hand_off(VerdictKind::in_transit, ""),
         "MES выставила статус PRICE_CALCULATED 2 ч 5 мин назад и отправила его в CRM; CRM его не приняла "
         "(срок 5 мин). Проверьте связь между MES и CRM."},
        {"received, by a queue", hand_off(VerdictKind::received_not_applied, "q.price"),
         "MES выставила статус PRICE_CALCULATED 2 ч 5 мин назад, и CRM получила его через q.price, но у "
         "себя не выставила (срок 5 мин). Проверьте обработку сообщений в CRM."},
        {"received", hand_off(VerdictKind::received_not_applied, ""),
         "MES выставила статус PRICE_CALCULATED 2 ч 5 мин назад, и CRM получила его, но у себя не "
         "выставила (срок 5 мин). Проверьте обработку сообщений в CRM."},
        {"blind for a sending", blinded(hand_off(VerdictKind::not_sent, "")),
         "MES выставила статус PRICE_CALCULATED 2 ч 5 мин назад, но отправки в CRM не видно (срок 5 мин). "
         "Агент MES в это время терял события или молчал: возможно, отправку просто не увидели. Проверьте "
         "саму MES."},
        {"blind for a receipt, by a queue", blinded(hand_off(VerdictKind::in_transit, "q.price")),
         "MES выставила статус PRICE_CALCULATED 2 ч 5 мин назад и отправила его в CRM через q.price, но "
         "приёма в CRM не видно (срок 5 мин). Агент CRM в это время терял события или молчал: возможно, "
         "приём просто не увидели. Проверьте очередь q.price и саму CRM."},
        {"blind for a receipt", blinded(hand_off(VerdictKind::in_transit, "")),
         "MES выставила статус PRICE_CALCULATED 2 ч 5 мин назад и отправила его в CRM, но приёма в CRM не "
         "видно (срок 5 мин). Агент CRM в это время терял события или молчал: возможно, приём просто не "
         "увидели. Проверьте связь между MES и CRM и саму CRM."},
        {"blind for a status", blinded(hand_off(VerdictKind::received_not_applied, "")),
         "MES выставила статус PRICE_CALCULATED 2 ч 5 мин назад, и CRM получила его, но в CRM этот статус "
         "не виден (срок 5 мин). Агент CRM в это время терял события или молчал: возможно, статус просто "
         "не увидели. Проверьте саму CRM."},
    }));
    CAPTURE(row.name);
    CHECK(sentence(row.verdict, "10042", sentence_now, Language::russian) == row.text);
}

TEST_CASE("Russian sentences on stages") {
    const auto row = GENERATE(values<SentenceRow>({
        {"late", late_in_stage(24h, false),
         "Заказ находится в статусе PRICE_CALCULATED уже 3 д 4 ч, дольше срока 1 д. Следующий шаг за CRM: "
         "ожидается MANUFACTURING_APPROVED или CANCELLED."},
        {"late by open hours", late_in_stage(24h, true),
         "Заказ находится в статусе PRICE_CALCULATED уже 3 д 4 ч, дольше срока 24 ч рабочего времени. "
         "Следующий шаг за CRM: ожидается MANUFACTURING_APPROVED или CANCELLED."},
        {"late by an open hour", late_in_stage(1h, true),
         "Заказ находится в статусе PRICE_CALCULATED уже 3 д 4 ч, дольше срока 1 ч рабочего времени. "
         "Следующий шаг за CRM: ожидается MANUFACTURING_APPROVED или CANCELLED."},
        {"late by a part of open hours", late_in_stage(90min, true),
         "Заказ находится в статусе PRICE_CALCULATED уже 3 д 4 ч, дольше срока 1 ч 30 мин рабочего "
         "времени. Следующий шаг за CRM: ожидается MANUFACTURING_APPROVED или CANCELLED."},
        {"late, anybody's turn", without_turn(late_in_stage(24h, false)),
         "Заказ находится в статусе PRICE_CALCULATED уже 3 д 4 ч, дольше срока 1 д. Дальше ожидается "
         "MANUFACTURING_APPROVED или CANCELLED."},
        {"blind for the next status", blinded(late_in_stage(24h, false)),
         "Заказ находится в статусе PRICE_CALCULATED уже 3 д 4 ч, дольше срока 1 д. Агент CRM в это время "
         "терял события или молчал: возможно, следующий статус просто не увидели. Проверьте саму CRM."},
        {"finished", finished_order(),
         "Заказ завершён: MES выставила статус SHIPPED 2 ч 5 мин назад, и все системы, которым он нужен, "
         "его увидели."},
        {"on time", on_time("PRICE_CALCULATED"),
         "Заказ идёт в срок: MES выставила статус PRICE_CALCULATED 2 ч 5 мин назад (срок 24 ч рабочего "
         "времени). Следующий шаг за CRM: ожидается MANUFACTURING_APPROVED или CANCELLED."},
        {"on time, the last stage", without_next(on_time("SHIPPED")),
         "Заказ идёт в срок: MES выставила статус SHIPPED 2 ч 5 мин назад (срок 24 ч рабочего времени). "
         "Его ещё должны увидеть другие системы."},
        {"on time without a status", on_time(""),
         "О заказе известно 2 ч 5 мин, статуса у него пока нет. Следующий шаг за online-shop: ожидается "
         "CREATED."},
    }));
    CAPTURE(row.name);
    CHECK(sentence(row.verdict, "10042", sentence_now, Language::russian) == row.text);
}
