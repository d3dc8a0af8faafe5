"""Several people at the same moment, each in a thread with a connection of its own."""

import threading

from django.db import connections

from intake import services


def at_once(acts):
    """Run the acts together; return what the hub refused each of them with, or None.

    Anything but a refusal is raised again when all are done.
    """
    results, broken = [None] * len(acts), []
    barrier = threading.Barrier(len(acts))

    def run(number, act):
        barrier.wait()
        try:
            act()
        except services.Refusal as refusal:
            results[number] = refusal
        except Exception as error:
            broken.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return results
