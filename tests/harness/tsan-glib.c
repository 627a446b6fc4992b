/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tells ThreadSanitizer of the order that GLib makes between threads. GLib's locks are futexes in a
 * library that is not built for it, so without this every use of them looks like a race. Preloaded
 * into tests; each function tells the sanitizer and calls GLib's own.
 */

#include <dlfcn.h>
#include <gio/gio.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define REAL(name)                                                                                 \
	({                                                                                         \
		static gpointer real;                                                              \
		gpointer found = g_atomic_pointer_get(&real);                                      \
		if (found == NULL) {                                                               \
			found = dlsym(RTLD_NEXT, #name);                                           \
			g_atomic_pointer_set(&real, found);                                        \
		}                                                                                  \
		(__typeof__(&name))found;                                                          \
	})

void
g_mutex_lock(GMutex *mutex)
{
	REAL(g_mutex_lock)(mutex);
	__tsan_acquire(mutex);
}

gboolean
g_mutex_trylock(GMutex *mutex)
{
	gboolean locked = REAL(g_mutex_trylock)(mutex);

	if (locked)
		__tsan_acquire(mutex);
	return locked;
}

void
g_mutex_unlock(GMutex *mutex)
{
	__tsan_release(mutex);
	REAL(g_mutex_unlock)(mutex);
}

void
g_cond_wait(GCond *cond, GMutex *mutex)
{
	__tsan_release(mutex);
	REAL(g_cond_wait)(cond, mutex);
	__tsan_acquire(mutex);
}

gboolean
g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_time)
{
	gboolean signalled;

	__tsan_release(mutex);
	signalled = REAL(g_cond_wait_until)(cond, mutex, end_time);
	__tsan_acquire(mutex);
	return signalled;
}

void
g_async_queue_push(GAsyncQueue *queue, gpointer data)
{
	__tsan_release(queue);
	REAL(g_async_queue_push)(queue, data);
}

gpointer
g_async_queue_pop(GAsyncQueue *queue)
{
	gpointer data = REAL(g_async_queue_pop)(queue);

	__tsan_acquire(queue);
	return data;
}

gpointer
g_async_queue_timeout_pop(GAsyncQueue *queue, guint64 timeout)
{
	gpointer data = REAL(g_async_queue_timeout_pop)(queue, timeout);

	__tsan_acquire(queue);
	return data;
}

/* Who drops the last reference comes after all that the others did. */
gboolean(g_atomic_ref_count_dec)(gatomicrefcount *count)
{
	gboolean last;

	__tsan_release(count);
	last = REAL(g_atomic_ref_count_dec)(count);
	if (last)
		__tsan_acquire(count);
	return last;
}

typedef struct {
	GThreadFunc func;
	gpointer data;
	gpointer result;
} TsanThread;

static gpointer
tsan_thread_main(gpointer data)
{
	TsanThread *thread = data;
	gpointer result;

	__tsan_acquire(thread);
	result = thread->func(thread->data);
	__tsan_release(g_thread_self());
	g_free(thread);
	return result;
}

GThread *
g_thread_new(const gchar *name, GThreadFunc func, gpointer data)
{
	TsanThread *thread = g_new0(TsanThread, 1);

	thread->func = func;
	thread->data = data;
	__tsan_release(thread);
	return REAL(g_thread_new)(name, tsan_thread_main, thread);
}

gpointer
g_thread_join(GThread *thread)
{
	gpointer result = REAL(g_thread_join)(thread);

	__tsan_acquire(thread);
	return result;
}

typedef struct {
	GSourceFunc func;
	gpointer data;
	GDestroyNotify destroy;
} TsanSource;

static gboolean
tsan_source_cb(gpointer data)
{
	TsanSource *source = data;

	__tsan_acquire(source);
	__tsan_acquire(g_main_current_source());
	return source->func(source->data);
}

static void
tsan_source_free(gpointer data)
{
	TsanSource *source = data;

	__tsan_acquire(source);
	if (source->destroy != NULL)
		source->destroy(source->data);
	g_free(source);
}

void
g_source_set_callback(GSource *source, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
	TsanSource *wrapped;

	/* The callbacks of other kinds of source take more arguments. */
	if (source->source_funcs != &g_idle_funcs && source->source_funcs != &g_timeout_funcs) {
		REAL(g_source_set_callback)(source, func, data, destroy);
		return;
	}
	wrapped = g_new0(TsanSource, 1);
	wrapped->func = func;
	wrapped->data = data;
	wrapped->destroy = destroy;
	__tsan_release(wrapped);
	REAL(g_source_set_callback)(source, tsan_source_cb, wrapped, tsan_source_free);
}

guint
g_source_attach(GSource *source, GMainContext *context)
{
	__tsan_release(source);
	return REAL(g_source_attach)(source, context);
}

gboolean(g_once_init_enter)(volatile void *location)
{
	gboolean first = REAL(g_once_init_enter)(location);

	if (!first)
		__tsan_acquire((void *)location);
	return first;
}

void(g_once_init_leave)(volatile void *location, gsize result)
{
	__tsan_release((void *)location);
	REAL(g_once_init_leave)(location, result);
}
