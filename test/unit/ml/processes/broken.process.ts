throw new Error('this program cannot start');
