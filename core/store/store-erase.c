/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The store's side of erasing and ageing: checks what is asked, and asks the backend. Main thread.
 */

#include "store/store-erase.h"

#include <string.h>

#include <offhook/call.h>
#include <offhook/error.h>

#include "base/json.h"
#include "store/store-cache.h"
#include "store/journal/store-writer.h"

/* ---- callers ---- */

char *
offhook_caller_normalise_number(const char *text)
{
	g_autoptr(GString) number = g_string_new(NULL);

	for (; *text != '\0'; text++)
		if (strchr(" -.()/", *text) == NULL)
			g_string_append_c(number, *text);
	if (g_str_has_prefix(number->str, "00"))
		g_string_overwrite(g_string_erase(number, 0, 1), 0, "+");
	return offhook_phone_number_is_valid(number->str) ? g_strdup(number->str) : NULL;
}

gboolean
offhook_caller_check(const OffhookCaller *self, GError **error)
{
	if (self->number == NULL)
		return offhook_store_check_key("user_id", self->user_id, error);
	if (offhook_phone_number_is_valid(self->number))
		return TRUE;
	return offhook_json_refuse(error, "phone_number", self->number,
				   "a number in E.164 form like +15550100001");
}

/* Three: as in E.164, without its plus sign, and with 00 instead. (transfer full) */
static char **
offhook_caller_list_names(const OffhookCaller *self)
{
	const char *digits = self->number != NULL ? self->number + 1 : NULL;
	char **names = g_new0(char *, 4);

	names[0] = g_strdup(digits != NULL ? self->number : self->user_id);
	names[1] = g_strdup(digits != NULL ? digits : self->user_id);
	names[2] = digits != NULL ? g_strconcat("00", digits, NULL) : g_strdup(self->user_id);
	return names;
}

gboolean
offhook_caller_has_number(const OffhookCaller *self, const char *number)
{
	g_auto(GStrv) names = offhook_caller_list_names(self);

	return number != NULL && g_strv_contains((const char *const *)names, number);
}

static void
offhook_store_ask_of_caller(OffhookStore *self, OffhookStoreQueryKind kind, gboolean insist,
			    const OffhookCaller *caller, GCancellable *cancellable,
			    GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);
	GError *bad = NULL;

	query->kind = kind;
	query->insist = insist;
	if (offhook_caller_check(caller, &bad))
		query->names = offhook_caller_list_names(caller);
	offhook_store_ask_cache(self, query, bad, cancellable, callback, user_data);
}

void
offhook_store_count_caller_async(OffhookStore *self, const OffhookCaller *caller,
				 GCancellable *cancellable, GAsyncReadyCallback callback,
				 gpointer user_data)
{
	offhook_store_ask_of_caller(self, OFFHOOK_STORE_COUNT_CALLER, FALSE, caller, cancellable,
				    callback, user_data);
}

GPtrArray *
offhook_store_count_caller_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_list_holdings_async(OffhookStore *self, const OffhookCaller *caller,
				  GCancellable *cancellable, GAsyncReadyCallback callback,
				  gpointer user_data)
{
	offhook_store_ask_of_caller(self, OFFHOOK_STORE_LIST_HOLDINGS, TRUE, caller, cancellable,
				    callback, user_data);
}

GPtrArray *
offhook_store_list_holdings_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_list_open_calls_async(OffhookStore *self, const OffhookCaller *caller,
				    gint64 since_us, GCancellable *cancellable,
				    GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);
	GError *bad = NULL;

	query->kind = OFFHOOK_STORE_LIST_OPEN_CALLS;
	query->insist = TRUE;
	query->since_us = since_us;
	if (caller != NULL && offhook_caller_check(caller, &bad))
		query->names = offhook_caller_list_names(caller);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

GPtrArray *
offhook_store_list_open_calls_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_erase_caller_async(OffhookStore *self, const OffhookCaller *caller,
				 GCancellable *cancellable, GAsyncReadyCallback callback,
				 gpointer user_data)
{
	offhook_store_ask_of_caller(self, OFFHOOK_STORE_ERASE_CALLER, TRUE, caller, cancellable,
				    callback, user_data);
}

GPtrArray *
offhook_store_erase_caller_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

/* ---- age ---- */

void
offhook_store_expire_async(OffhookStore *self, const char *table, gint64 before_us, guint limit,
			   GCancellable *cancellable, GAsyncReadyCallback callback,
			   gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);

	g_return_if_fail(g_strv_contains(offhook_store_list_ageing(), table));

	query->kind = OFFHOOK_STORE_EXPIRE;
	query->key = g_strdup(table);
	query->since_us = before_us;
	query->limit = limit;
	offhook_store_ask(self, query, NULL, cancellable, callback, user_data);
}

gboolean
offhook_store_expire_finish(OffhookStore *self, GAsyncResult *result, guint *count, GError **error)
{
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	*count = answer != NULL ? (guint)answer->total : 0;
	return answer != NULL;
}

void
offhook_store_forget_recording_async(OffhookStore *self, const char *call_id, const char *path,
				     GCancellable *cancellable, GAsyncReadyCallback callback,
				     gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);
	GError *bad = NULL;

	query->kind = OFFHOOK_STORE_FORGET_RECORDING;
	query->key = g_strdup(call_id);
	query->path = g_strdup(path);
	if (offhook_store_check_key("call_id", call_id, &bad))
		offhook_store_check_key("path", path, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

gboolean
offhook_store_forget_recording_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	return answer != NULL;
}

/* ---- what is left of it ---- */

void
offhook_store_scrub_async(OffhookStore *self, OffhookScrub how, GCancellable *cancellable,
			  GAsyncReadyCallback callback, gpointer user_data)
{
	OFFHOOK_STORE_GET_CLASS(self)->scrub_async(self, how, cancellable, callback, user_data);
}

char **
offhook_store_scrub_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return OFFHOOK_STORE_GET_CLASS(self)->scrub_finish(self, result, error);
}

/* ---- receipts ---- */

void
offhook_store_claim_removals_async(OffhookStore *self, const char *receipt_id,
				   GCancellable *cancellable, GAsyncReadyCallback callback,
				   gpointer user_data)
{
	offhook_store_ask_by_key(self, OFFHOOK_STORE_CLAIM_REMOVALS, "receipt_id", receipt_id,
				 cancellable, callback, user_data);
}

gboolean
offhook_store_claim_removals_finish(OffhookStore *self, GAsyncResult *result, guint *count,
				    GError **error)
{
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	if (answer != NULL)
		*count = (guint)answer->total;
	return answer != NULL;
}

void
offhook_store_settle_receipts_async(OffhookStore *self, const char *receipt_id, gint64 now_us,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);

	query->kind = OFFHOOK_STORE_SETTLE_RECEIPTS;
	query->key = g_strdup(receipt_id);
	query->now_us = now_us;
	query->insist = TRUE;
	offhook_store_ask(self, query, NULL, cancellable, callback, user_data);
}

gboolean
offhook_store_settle_receipts_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	return answer != NULL;
}

gboolean
offhook_store_put_receipt(OffhookStore *self, const OffhookReceiptRecord *record, GError **error)
{
	return offhook_store_post(self, OFFHOOK_STORE_PUT_RECEIPT, record, error);
}

void
offhook_store_list_receipts_async(OffhookStore *self, const char *subject, guint limit,
				  GCancellable *cancellable, GAsyncReadyCallback callback,
				  gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);
	GError *bad = NULL;

	query->kind = OFFHOOK_STORE_LIST_RECEIPTS;
	query->key = g_strdup(subject);
	query->limit = limit;
	if (offhook_store_check_page(limit, 0, &bad) && subject != NULL)
		offhook_store_check_key("subject", subject, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

GPtrArray *
offhook_store_list_receipts_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_get_receipt_async(OffhookStore *self, const char *receipt_id,
				GCancellable *cancellable, GAsyncReadyCallback callback,
				gpointer user_data)
{
	offhook_store_ask_by_key(self, OFFHOOK_STORE_GET_RECEIPT, "receipt_id", receipt_id,
				 cancellable, callback, user_data);
}

OffhookReceiptRecord *
offhook_store_get_receipt_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_get_finish(result, error);
}
