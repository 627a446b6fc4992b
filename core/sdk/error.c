/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The error domain and how each code looks over HTTP, REST and D-Bus. Any thread.
 */

#include <offhook/error.h>

#include <gio/gio.h>

typedef struct {
	guint http_status;
	const char *api_code;
	const char *dbus_name;
} OffhookErrorFace;

#define OFFHOOK_ERROR_DBUS "org.offhook.Offhook1.Error."

static const OffhookErrorFace offhook_error_faces[] = {
    [OFFHOOK_ERROR_FAILED] = {500, "INTERNAL_ERROR", OFFHOOK_ERROR_DBUS "Failed"},
    [OFFHOOK_ERROR_INVALID_ARGUMENT] = {400, "VALIDATION_ERROR",
					OFFHOOK_ERROR_DBUS "InvalidArgument"},
    [OFFHOOK_ERROR_NOT_FOUND] = {404, "NOT_FOUND", OFFHOOK_ERROR_DBUS "NotFound"},
    [OFFHOOK_ERROR_NOT_SUPPORTED] = {501, "NOT_SUPPORTED", OFFHOOK_ERROR_DBUS "NotSupported"},
    [OFFHOOK_ERROR_INCOMPATIBLE] = {500, "INCOMPATIBLE", OFFHOOK_ERROR_DBUS "Incompatible"},
    [OFFHOOK_ERROR_AUTHENTICATION] = {401, "AUTHENTICATION_ERROR",
				      OFFHOOK_ERROR_DBUS "Authentication"},
    [OFFHOOK_ERROR_PERMISSION] = {403, "AUTHORIZATION_ERROR", OFFHOOK_ERROR_DBUS "Permission"},
    [OFFHOOK_ERROR_INVALID_STATE] = {409, "INVALID_STATE", OFFHOOK_ERROR_DBUS "InvalidState"},
    [OFFHOOK_ERROR_BUSY] = {503, "BUSY", OFFHOOK_ERROR_DBUS "Busy"},
    [OFFHOOK_ERROR_RATE_LIMITED] = {429, "RATE_LIMIT_EXCEEDED", OFFHOOK_ERROR_DBUS "RateLimited"},
    [OFFHOOK_ERROR_TIMED_OUT] = {504, "TIMED_OUT", OFFHOOK_ERROR_DBUS "TimedOut"},
    [OFFHOOK_ERROR_CANCELLED] = {499, "CANCELLED", OFFHOOK_ERROR_DBUS "Cancelled"},
    [OFFHOOK_ERROR_PROVIDER] = {502, "PROVIDER_ERROR", OFFHOOK_ERROR_DBUS "Provider"},
    [OFFHOOK_ERROR_UNAVAILABLE] = {503, "UNAVAILABLE", OFFHOOK_ERROR_DBUS "Unavailable"},
    [OFFHOOK_ERROR_FORMAT] = {400, "VALIDATION_ERROR", OFFHOOK_ERROR_DBUS "Format"},
    [OFFHOOK_ERROR_CONFIG] = {500, "CONFIGURATION_ERROR", OFFHOOK_ERROR_DBUS "Config"},
    [OFFHOOK_ERROR_LIMIT] = {413, "LIMIT_EXCEEDED", OFFHOOK_ERROR_DBUS "Limit"},
    [OFFHOOK_ERROR_EXISTS] = {409, "ALREADY_EXISTS", OFFHOOK_ERROR_DBUS "Exists"},
    [OFFHOOK_ERROR_STORAGE] = {500, "STORAGE_ERROR", OFFHOOK_ERROR_DBUS "Storage"},
};
G_STATIC_ASSERT(G_N_ELEMENTS(offhook_error_faces) == OFFHOOK_ERROR_LAST);

G_DEFINE_QUARK(offhook - error - quark, offhook_error)

static const OffhookErrorFace *
offhook_error_get_face(const GError *error)
{
	guint code = OFFHOOK_ERROR_FAILED;

	if (error->domain == OFFHOOK_ERROR && error->code >= 0 && error->code < OFFHOOK_ERROR_LAST)
		code = error->code;
	else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		code = OFFHOOK_ERROR_CANCELLED;
	else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
		code = OFFHOOK_ERROR_TIMED_OUT;
	return &offhook_error_faces[code];
}

guint
offhook_error_get_http_status(const GError *error)
{
	return offhook_error_get_face(error)->http_status;
}

const char *
offhook_error_get_api_code(const GError *error)
{
	return offhook_error_get_face(error)->api_code;
}

const char *
offhook_error_get_dbus_name(const GError *error)
{
	return offhook_error_get_face(error)->dbus_name;
}
