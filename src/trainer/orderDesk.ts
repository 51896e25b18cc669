import { type Order, orderSchema } from '../protocol/orders.ts';

/** Where orders come from: the run's orders.jsonl, the keyboard's Ctrl-C, a lease that ran out. */
export interface OrderSource {
  /** New orders since the last call, oldest first; anything that is no order of this session is left out by the desk. */
  poll(): unknown[];
}

/** What the training loop has been told and not yet obeyed. */
export class OrderDesk {
  /** Why the run is to stop; null while it is not. */
  stopReason: string | null = null;
  isPaused = false;
  /** Steps that may still be taken before the next pause; Infinity while not stepping. */
  stepsAllowed = Number.POSITIVE_INFINITY;
  /** A rate asked for and not yet taken over. */
  learningRate: number | null = null;

  constructor(
    private readonly session: number,
    private readonly source: OrderSource,
  ) {}

  /** Stops at the next step boundary, as an order would. */
  stop(reason: string): void {
    this.stopReason ??= reason;
  }

  /** Looks for new orders and takes them in. */
  poll(): void {
    for (const line of this.source.poll()) {
      const parsed = orderSchema.safeParse(line);
      if (parsed.success && parsed.data.session === this.session) this.obey(parsed.data);
    }
  }

  private obey(order: Order): void {
    switch (order.order) {
      case 'stop':
        this.stop('stopped by the user');
        break;
      case 'pause':
        this.isPaused = true;
        break;
      case 'resume':
        this.isPaused = false;
        this.stepsAllowed = Number.POSITIVE_INFINITY;
        break;
      case 'step':
        this.isPaused = false;
        this.stepsAllowed = 1;
        break;
      case 'setLearningRate':
        this.learningRate = order.learningRate;
        break;
    }
  }

  /** To be called after each step: a single step ordered from a pause ends in a pause. */
  stepTaken(): void {
    this.stepsAllowed -= 1;
    if (this.stepsAllowed <= 0) {
      this.isPaused = true;
      this.stepsAllowed = Number.POSITIVE_INFINITY;
    }
  }
}
