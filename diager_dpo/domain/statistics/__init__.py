"""Commercial statistics that give no customer away: disclosure control on arrays, its audit, the publication plan.

``publishing.publish(sales, plan)`` is the way in: the block of a closed month as it may be stored and shown, or
``NotPublishable``. It takes seconds to tens of seconds of one core and drives a solver that keeps a scheduler for the
whole process: call it in a worker process, never in a thread of the app.
"""
